package io.sallyport.hw.atecc608a.simulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.PrivateFile;
import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Crc16;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import io.sallyport.hw.atecc608a.packet.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the chip answers, packet by packet. */
class SimulatorTest {
  private static final byte[] DIGEST = new byte[32];

  static {
    Arrays.fill(DIGEST, (byte) 7);
  }

  @TempDir private Path folder;
  private final AtomicLong clock = new AtomicLong();
  private Path state;
  private Atecc608Simulator chip;
  private Wire wire;

  @BeforeEach
  void open() throws IOException {
    state = folder.resolve("chip.state");
    start(Layout.TRUST_AND_GO);
  }

  private void start(Layout layout) throws IOException {
    chip = Atecc608Simulator.open(state, layout, clock::get);
    wire = chip.wire();
    wire.wake();
  }

  private void restart(Layout layout) throws IOException {
    chip.close();
    Files.delete(state);
    start(layout);
  }

  @AfterEach
  void close() throws IOException {
    chip.close();
  }

  private Response ask(int opcode, int param1, int param2, byte... data) throws IOException {
    wire.send(new Command(opcode, param1, param2, data).encode());
    return Response.parse(wire.receive()).orElseThrow();
  }

  private Status status(int opcode, int param1, int param2, byte... data) throws IOException {
    Response response = ask(opcode, param1, param2, data);
    assertTrue(response.isStatus(), HexFormat.of().formatHex(response.data()));
    return response.status();
  }

  private byte[] data(int opcode, int param1, int param2, byte... data) throws IOException {
    Response response = ask(opcode, param1, param2, data);
    assertFalse(response.isStatus(), "status " + response.status());
    return response.data();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  // ---- waking and sleeping

  @Test
  void itTellsThatItWokeAndWhatItIs() throws IOException {
    wire.sleep();
    assertArrayEquals(HexFormat.of().parseHex("04113343"), wire.wake());
    assertArrayEquals(new byte[] {0, 0, 0x60, 2}, data(0x30, 0, 0));
  }

  @Test
  void asleepItHearsNothing() throws IOException {
    wire.idle();
    assertThrows(IOException.class, () -> wire.send(new Command(0x30, 0, 0).encode()));
    assertThrows(IOException.class, wire::receive);
  }

  @Test
  void idlingKeepsTheVolatileMemoryAndSleepLosesIt() throws IOException {
    assertEquals(Status.SUCCESS, status(0x16, 0x43, 0, DIGEST));
    wire.idle();
    wire.wake();
    assertEquals(64, data(0x41, 0xA0, 0).length);
    assertEquals(Status.SUCCESS, status(0x16, 0x43, 0, DIGEST));
    wire.sleep();
    wire.wake();
    assertEquals(Status.EXECUTION, status(0x41, 0xA0, 0));
  }

  @Test
  void theWatchdogSendsItToSleep() throws IOException {
    assertEquals(Status.SUCCESS, status(0x16, 0x43, 0, DIGEST));
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1150));
    assertEquals(64, data(0x41, 0xA0, 0).length);
    assertEquals(Status.SUCCESS, status(0x16, 0x43, 0, DIGEST));
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
    assertEquals(Status.WATCHDOG, status(0x41, 0xA0, 0), "it might take too long");
    assertEquals(4, data(0x30, 0, 0).length, "this does not");
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(51));
    assertThrows(IOException.class, () -> wire.send(new Command(0x30, 0, 0).encode()));
  }

  @Test
  void damagedPacketsAreReported() throws IOException {
    byte[] packet = new Command(0x30, 0, 0).encode();
    packet[6] ^= 1;
    wire.send(packet);
    assertEquals(Status.COMMUNICATION, Response.parse(wire.receive()).orElseThrow().status());
    wire.send(new byte[0]);
    assertEquals(Status.COMMUNICATION, Response.parse(wire.receive()).orElseThrow().status());
  }

  @Test
  void unknownCommandsAndModesAreParseErrors() throws IOException {
    for (int opcode : new int[] {0x00, 0x01, 0x11, 0x56, 0x80, 0xFF}) {
      assertEquals(Status.PARSE, status(opcode, 0, 0));
    }
    assertEquals(Status.PARSE, status(0x30, 9, 0));
    assertEquals(Status.PARSE, status(0x1B, 2, 0));
    assertEquals(Status.PARSE, status(0x16, 2, 0, DIGEST));
    assertEquals(Status.PARSE, status(0x16, 0x43, 0, new byte[31]));
    assertEquals(Status.PARSE, status(0x41, 0x80, 16));
    assertEquals(Status.PARSE, status(0x02, 3, 0));
    assertEquals(Status.PARSE, status(0x24, 0, 2));
  }

  // ---- a chip as it comes

  @Test
  void aTrustAndGoChipIsLockedAndSigns() throws Exception {
    byte[] config = new byte[128];
    for (int block = 0; block < 4; block++) {
      System.arraycopy(data(0x02, 0x80, block << 3), 0, config, block * 32, 32);
    }
    assertEquals(0, config[86]);
    assertEquals(0, config[87]);
    assertEquals(0x6A, config[16] & 0xFF);
    byte[] otp = data(0x02, 0x81, 0);
    assertEquals("KQp2ZkD8", new String(otp, 0, 8, StandardCharsets.US_ASCII));
    assertEquals(Status.EXECUTION, status(0x02, 0x82, 6 << 3), "a secret slot");
    byte[] point = data(0x40, 0, 0);
    assertEquals(32, data(0x1B, 0, 0).length);
    assertEquals(Status.SUCCESS, status(0x16, 0x43, 0, DIGEST));
    byte[] signature = data(0x41, 0xA0, 0);
    assertEquals(Status.EXECUTION, status(0x41, 0xA0, 0), "the buffer is used up");
    assertEquals(Status.SUCCESS, status(0x16, 0x43, 0, DIGEST));
    assertEquals(Status.SUCCESS, status(0x45, 0x22, 4, joined(signature, point)));
    signature[40] ^= 1;
    assertEquals(Status.MISCOMPARE, status(0x45, 0x22, 4, joined(signature, point)));
    point[5] ^= 1;
    assertEquals(Status.ECC, status(0x45, 0x22, 4, joined(signature, point)));
  }

  @Test
  void whatIsForbiddenStaysForbidden() throws IOException {
    assertEquals(Status.EXECUTION, status(0x02, 0x82, 0), "a private key cannot be read");
    assertEquals(Status.EXECUTION, status(0x12, 0x82, 0, new byte[32]), "nor written");
    assertEquals(Status.EXECUTION, status(0x40, 4, 0), "a permanent key stays");
    assertEquals(Status.EXECUTION, status(0x12, 0x80, 2 << 3, new byte[32]), "config is locked");
    assertEquals(Status.EXECUTION, status(0x12, 0x81, 0, new byte[32]), "so is OTP");
    assertEquals(Status.EXECUTION, status(0x17, 0x80, 0), "once only");
    assertEquals(Status.EXECUTION, status(0x17, 0x81, 0));
    assertEquals(Status.SUCCESS, status(0x16, 0x43, 0, DIGEST));
    assertEquals(Status.EXECUTION, status(0x41, 0xA0, 1), "slot 1 signs internally only");
    assertEquals(Status.EXECUTION, status(0x41, 0xA0, 9), "no key on a curve");
    assertEquals(Status.EXECUTION, status(0x40, 0, 8));
  }

  @Test
  void aKeyThatMayBeMadeAnewIs() throws IOException {
    byte[] before = data(0x40, 0, 2);
    byte[] made = data(0x40, 4, 2);
    assertNotEquals(HexFormat.of().formatHex(before), HexFormat.of().formatHex(made));
    assertArrayEquals(made, data(0x40, 0, 2));
  }

  @Test
  void twoChipsAgreeOnASecret() throws IOException {
    byte[] ephemeral = data(0x40, 4, 0xFFFF);
    byte[] own = data(0x40, 0, 0);
    byte[] secret = data(0x43, 0x0C, 0, ephemeral);
    assertArrayEquals(secret, data(0x43, 0x0D, 0, own));
    ephemeral[0] ^= 1;
    assertEquals(Status.ECC, status(0x43, 0x0C, 0, ephemeral));
    assertEquals(Status.EXECUTION, status(0x43, 0x0C, 1, own), "slot 1 is not for that");
  }

  @Test
  void itHashes() throws Exception {
    for (int length : new int[] {0, 1, 63, 64, 65, 200}) {
      byte[] message = new byte[length];
      Arrays.fill(message, (byte) length);
      assertEquals(Status.SUCCESS, status(0x47, 0, 0));
      int at = 0;
      for (; length - at >= 64; at += 64) {
        assertEquals(Status.SUCCESS, status(0x47, 1, 64, Arrays.copyOfRange(message, at, at + 64)));
      }
      byte[] rest = Arrays.copyOfRange(message, at, length);
      assertArrayEquals(
          MessageDigest.getInstance("SHA-256").digest(message),
          data(0x47, 0xC2, rest.length, rest));
    }
    assertEquals(Status.EXECUTION, status(0x47, 1, 64, new byte[64]), "without a start");
  }

  @Test
  void countersCountUp() throws IOException {
    assertArrayEquals(new byte[4], data(0x24, 0, 0));
    assertArrayEquals(new byte[] {1, 0, 0, 0}, data(0x24, 1, 0));
    assertArrayEquals(new byte[] {2, 0, 0, 0}, data(0x24, 1, 0));
    assertArrayEquals(new byte[4], data(0x24, 0, 1));
  }

  @Test
  void aRandomNonceIsMixed() throws Exception {
    byte[] number = new byte[20];
    byte[] out = data(0x16, 0, 0, number);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(out);
    sha256.update(number);
    sha256.update(new byte[] {0x16, 0, 0});
    byte[] tempKey = sha256.digest();
    byte[] point = data(0x40, 0, 0);
    byte[] signature = data(0x41, 0x80, 0);
    assertEquals(Status.SUCCESS, status(0x16, 0x43, 0, tempKey));
    assertEquals(Status.SUCCESS, status(0x45, 0x22, 4, joined(signature, point)));
  }

  // ---- from the factory to the lock

  @Test
  void aBlankChipIsProvisionedStepByStep() throws IOException {
    restart(Layout.TRUSTCUSTOM);
    assertEquals("ffff0000", HexFormat.of().formatHex(data(0x1B, 0, 0)).substring(0, 8));
    assertEquals(
        Status.EXECUTION, status(0x40, 4, 0), "no keys before the configuration is locked");
    assertEquals(Status.EXECUTION, status(0x02, 0x82, 8 << 3), "no data before that is locked");
    assertEquals(Status.EXECUTION, status(0x12, 0, 0, new byte[4]), "the serial number");
    assertEquals(Status.EXECUTION, status(0x12, 0, 2 << 3 | 5, new byte[4]), "the locks");
    assertEquals(Status.SUCCESS, status(0x12, 0, 5, HexFormat.of().parseHex("85208200")));
    assertEquals(Status.EXECUTION, status(0x17, 0, 0x1234), "not by another checksum");
    byte[] config = new byte[128];
    for (int block = 0; block < 4; block++) {
      System.arraycopy(data(0x02, 0x80, block << 3), 0, config, block * 32, 32);
    }
    assertEquals(Status.SUCCESS, status(0x17, 0, Crc16.of(config, 0, 128)));
    assertNotEquals("ffff0000", HexFormat.of().formatHex(data(0x1B, 0, 0)).substring(0, 8));
    data(0x40, 4, 1); // A permanent key, before the data are locked.
    byte[] block = new byte[32];
    Arrays.fill(block, (byte) 5);
    assertEquals(Status.SUCCESS, status(0x12, 0x82, 8 << 3, block));
    assertEquals(Status.SUCCESS, status(0x17, 0x81, 0));
    assertArrayEquals(block, data(0x02, 0x82, 8 << 3));
    assertEquals(Status.EXECUTION, status(0x40, 4, 1));
    assertEquals(64, data(0x40, 4, 0).length);
    assertEquals(Status.SUCCESS, status(0x17, 2 << 2 | 2, 0), "slot 2");
    assertEquals(Status.EXECUTION, status(0x17, 2 << 2 | 2, 0));
    assertEquals(Status.EXECUTION, status(0x40, 4, 2), "a locked slot keeps its key");
  }

  @Test
  void theLastBlockOfASlotIsReadWithZerosBehindIt() throws IOException {
    byte[] last = data(0x02, 0x82, 11 << 3 | 2 << 8);
    assertEquals(32, last.length);
    assertArrayEquals(new byte[24], Arrays.copyOfRange(last, 8, 32));
    assertEquals(Status.PARSE, status(0x02, 0x82, 11 << 3 | 3 << 8));
  }

  // ---- what lasts

  @Test
  void itsStateLasts() throws IOException {
    byte[] point = data(0x40, 4, 2);
    data(0x24, 1, 1);
    chip.close();
    start(Layout.TRUSTCUSTOM); // Of no effect: there is one already.
    assertArrayEquals(point, data(0x40, 0, 2));
    assertArrayEquals(new byte[] {1, 0, 0, 0}, data(0x24, 0, 1));
    assertFalse(PrivateFile.isOpenToOthers(state));
  }

  @Test
  void noTwoSimulatorsShareAFile() {
    IOException refusal =
        assertThrows(IOException.class, () -> Atecc608Simulator.open(state, Layout.TRUST_AND_GO));
    assertTrue(refusal.getMessage().contains("in use"), refusal.getMessage());
  }

  @Test
  void anythingElseIsNoState() throws IOException {
    byte[] good = StateFile.encode(new Factory().make(Layout.TRUSTFLEX));
    StateFile.parse(good);
    for (int at = 0; at < good.length; at += 7) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      assertThrows(IllegalArgumentException.class, () -> StateFile.parse(bad));
      byte[] cut = Arrays.copyOf(good, at);
      assertThrows(IllegalArgumentException.class, () -> StateFile.parse(cut));
    }
    chip.close();
    Files.writeString(state, "something else");
    IOException refusal =
        assertThrows(IOException.class, () -> Atecc608Simulator.open(state, Layout.TRUST_AND_GO));
    assertTrue(refusal.getMessage().contains("is no state of"), refusal.getMessage());
    Files.delete(state);
    start(Layout.TRUST_AND_GO);
  }

  @Test
  void twoNewChipsDiffer() {
    Zones one = new Factory().make(Layout.TRUST_AND_GO);
    Zones other = new Factory().make(Layout.TRUST_AND_GO);
    assertFalse(Arrays.equals(one.serial(), other.serial()));
    assertFalse(Arrays.equals(one.privateKey(0), other.privateKey(0)));
    assertEquals(1, one.serial()[0]);
    assertEquals(0x23, one.serial()[1]);
  }
}
