package io.sallyport.hw.atecc608a.simulator;

import static io.sallyport.hw.atecc608a.simulator.Refusal.executionUnless;
import static io.sallyport.hw.atecc608a.simulator.Refusal.parseUnless;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.Arrays;

/** What comes enciphered by TempKey and with a MAC: into slots of data, and private keys. */
final class EncryptedWrites {
  private static final int PRIVATE = 36;
  private static final int PADDING = 4;
  private static final int MESSAGE = 96;

  private final Silicon silicon;
  private final Zones zones;
  private final Buffers buffers;

  EncryptedWrites(Silicon silicon) {
    this.silicon = silicon;
    this.zones = silicon.zones;
    this.buffers = silicon.buffers;
  }

  /** The clear text of a Write with a MAC. */
  byte[] open(Command command, int slot) throws Refusal {
    byte[] key = writeKey(slot);
    byte[] clear = Bytes.xor(Arrays.copyOf(command.data(), Bytes.BLOCK), key);
    checkMac(command, key, clear);
    return clear;
  }

  /** TempKey, into which GenDig has mixed the key that WriteKey names. */
  private byte[] writeKey(int slot) throws Refusal {
    executionUnless(buffers.tempKeyIsOfData && !buffers.tempKeyIsNoMac);
    executionUnless(buffers.tempKeySlot == (zones.slotConfig(slot) >>> 8 & 0xF));
    byte[] key = buffers.tempKeyBlock();
    buffers.dropTempKey();
    return key;
  }

  private void checkMac(Command command, byte[] key, byte[] clear) throws Refusal {
    byte[] head = Bytes.joined(key, Bytes.head(command), silicon.fixedSerial());
    byte[] message = Arrays.copyOf(head, MESSAGE);
    System.arraycopy(clear, 0, message, MESSAGE - clear.length, clear.length);
    byte[] mac = Arrays.copyOfRange(command.data(), clear.length, command.data().length);
    executionUnless(MessageDigest.isEqual(mac, Silicon.sha256(message)));
  }

  /** Four zeros and the private key, in the clear only before the data are locked. */
  Response privWrite(Command command) throws Refusal {
    byte[] data = command.data();
    boolean encrypted = (command.param1() & 0x40) != 0;
    parseUnless((command.param1() & ~0x40) == 0);
    parseUnless(data.length == (encrypted ? PRIVATE + Bytes.BLOCK : PRIVATE));
    int slot = Silicon.slot(command.param2());
    executionUnless(zones.configLocked() && zones.isPrivate(slot) && zones.isP256(slot));
    executionUnless(!zones.slotLocked(slot) && (zones.writeConfig(slot) & 4) != 0);
    executionUnless(encrypted || !zones.dataLocked());
    byte[] clear = data;
    if (encrypted) {
      byte[] key = writeKey(slot);
      byte[] mask = Bytes.joined(key, Silicon.sha256(key));
      clear = Bytes.xor(Arrays.copyOf(data, PRIVATE), mask);
      checkMac(command, key, clear);
    }
    byte[] key = Arrays.copyOfRange(clear, PADDING, PRIVATE);
    BigInteger scalar = new BigInteger(1, key);
    executionUnless(scalar.signum() > 0 && scalar.compareTo(silicon.curve.order()) < 0);
    zones.privateKey(slot, key);
    return Response.of(Status.SUCCESS);
  }
}
