package io.sallyport.hw.atecc608a.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.DeviceLostException;
import io.sallyport.hw.atecc608a.driver.ScriptedWire.Fault;
import io.sallyport.hw.atecc608a.packet.Crc16;
import io.sallyport.hw.atecc608a.packet.Status;
import io.sallyport.hw.atecc608a.simulator.Atecc608Simulator;
import io.sallyport.hw.atecc608a.simulator.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The driver against the simulated chip, on a wire that is not always good. */
@Timeout(60)
class Atecc608Test {
  private static final byte[] DIGEST = new byte[32];

  @TempDir private Path folder;
  private Atecc608Simulator simulator;
  private ScriptedWire wire;
  private Atecc608 chip;

  @BeforeEach
  void open() throws IOException {
    start(Layout.TRUST_AND_GO, "chip");
  }

  private void start(Layout layout, String file) throws IOException {
    simulator = Atecc608Simulator.open(folder.resolve(file), layout);
    wire = new ScriptedWire(simulator.wire());
    chip = new Atecc608(wire, millis -> {});
  }

  @AfterEach
  void close() throws IOException {
    chip.close();
    simulator.close();
  }

  @Test
  void itTellsWhatItIs() throws IOException {
    assertArrayEquals(new byte[] {0, 0, 0x60, 2}, chip.revision());
    assertEquals(128, chip.config().length);
    assertEquals("KQp2ZkD8", new String(chip.otp(), 0, 8, StandardCharsets.US_ASCII));
    assertEquals(32, chip.random().length);
    assertEquals(72, chip.slot(11, 72).length);
  }

  @Test
  void itSignsAndVerifies() throws IOException {
    byte[] point = chip.publicKey(0);
    byte[] signature = chip.sign(0, DIGEST);
    assertTrue(chip.verify(DIGEST, signature, point));
    signature[3] ^= 1;
    assertFalse(chip.verify(DIGEST, signature, point));
  }

  @Test
  void itHashesAgreesAndCounts() throws Exception {
    byte[] message = new byte[150];
    assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(message), chip.sha256(message));
    assertArrayEquals(chip.agree(0, chip.publicKey(2)), chip.agree(2, chip.publicKey(0)));
    assertEquals(0, chip.counter(0));
    assertEquals(1, chip.increment(0));
  }

  @Test
  void aRefusalIsToldAndNotRepeated() throws IOException {
    chip.random();
    int before = wire.sent;
    ChipException refusal = assertThrows(ChipException.class, () -> chip.generateKey(0));
    assertEquals(Status.EXECUTION, refusal.status());
    assertEquals(before + 1, wire.sent);
    assertTrue(refusal.getMessage().contains("GENKEY(0x04, 0x0000)"), refusal.getMessage());
    assertEquals(64, chip.sign(0, DIGEST).length, "it works on");
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void oneFaultIsSurvivedAtEachStep(Fault fault) throws IOException {
    byte[] point = chip.publicKey(0);
    for (int step = 0; step < 3; step++) {
      wire.faults.clear();
      wire.faults.addAll(Collections.nCopies(step, Fault.BUSY));
      wire.faults.add(fault);
      assertTrue(chip.verify(DIGEST, chip.sign(0, DIGEST), point), fault + " at " + step);
    }
  }

  @Test
  void aChipThatIsBusyIsAskedAgain() throws IOException {
    wire.faults.addAll(Collections.nCopies(200, Fault.BUSY));
    assertEquals(32, chip.random().length);
  }

  @Test
  void aChipThatIsGoneIsLost() {
    for (Fault fault : List.of(Fault.BUSY, Fault.DAMAGED, Fault.LOST_POWER, Fault.TRANSPORT)) {
      wire.faults.clear();
      wire.faults.addAll(Collections.nCopies(10_000, fault));
      DeviceLostException loss =
          assertThrows(DeviceLostException.class, () -> chip.sign(0, DIGEST), fault.toString());
      assertTrue(loss.getMessage().endsWith("Check its connection and its power."));
    }
  }

  /** A new key, a count, a lock: whether it happened is not known, so it is not done again. */
  @Test
  void whatChangesTheChipIsNotRepeated() {
    wire.faults.add(Fault.LOST_POWER);
    assertThrows(DeviceLostException.class, () -> chip.increment(0));
    wire.faults.add(Fault.LOST_POWER);
    assertThrows(DeviceLostException.class, () -> chip.generateKey(2));
  }

  @Test
  void aBlankChipIsProvisioned() throws IOException {
    close();
    start(Layout.TRUSTCUSTOM, "blank");
    chip.writeConfig(20, new byte[] {(byte) 0x85, 0x20, (byte) 0x82, 0});
    byte[] config = chip.config();
    assertEquals((byte) 0x85, config[20]);
    ChipException refusal = assertThrows(ChipException.class, () -> chip.lockConfig(1));
    assertEquals(Status.EXECUTION, refusal.status());
    chip.lockConfig(Crc16.of(config, 0, config.length));
    byte[] block = new byte[32];
    Arrays.fill(block, (byte) 9);
    chip.writeSlot(10, 1, block);
    chip.lockData();
    byte[] point = chip.generateKey(0);
    assertArrayEquals(point, chip.publicKey(0));
    assertArrayEquals(block, Arrays.copyOfRange(chip.slot(10, 64), 32, 64));
    chip.lockSlot(2);
    assertThrows(ChipException.class, () -> chip.generateKey(2));
  }
}
