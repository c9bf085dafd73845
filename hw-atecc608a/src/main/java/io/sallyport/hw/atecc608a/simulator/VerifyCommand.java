package io.sallyport.hw.atecc608a.simulator;

import static io.sallyport.hw.atecc608a.simulator.Refusal.executionUnless;
import static io.sallyport.hw.atecc608a.simulator.Refusal.parseUnless;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import java.util.Arrays;
import java.util.Optional;

/** Verify: by a key that is stored or comes along, and the validation of a stored key. */
final class VerifyCommand {
  private static final int SIGNATURE = 2 * Curve.LENGTH;
  private static final int OTHER_DATA = 19;

  /** Which of them tells what was signed for: the chip that signed was asked the same. */
  private static final int INVALIDATES = 17;

  private static final int P256 = 4;
  private static final int SIGN = 0x41;
  private static final int VALID = 0x50;
  private static final int INVALID = 0xA0;

  private final Silicon silicon;
  private final Zones zones;
  private final Buffers buffers;

  VerifyCommand(Silicon silicon) {
    this.silicon = silicon;
    this.zones = silicon.zones;
    this.buffers = silicon.buffers;
  }

  Response execute(Command command) throws Refusal {
    executionUnless(zones.configLocked());
    return switch (command.param1() & ~0x20) {
      case 0 -> stored(command);
      case 2 -> external(command);
      case 3 -> validate(command, VALID);
      case 7 -> validate(command, INVALID);
      default -> throw new Refusal(Status.PARSE);
    };
  }

  private Response stored(Command command) throws Refusal {
    parseUnless(command.data().length == SIGNATURE);
    int slot = Silicon.slot(command.param2());
    byte[] point = silicon.publicKey(slot);
    executionUnless(silicon.isValidated(slot));
    silicon.permitted(slot);
    return result(point, digest(command), command.data());
  }

  private Response external(Command command) throws Refusal {
    byte[] data = command.data();
    parseUnless(data.length == 2 * SIGNATURE && command.param2() == P256);
    byte[] point = Arrays.copyOfRange(data, SIGNATURE, data.length);
    return result(point, digest(command), Arrays.copyOf(data, SIGNATURE));
  }

  /** What a command is about: the Message Digest Buffer, or TempKey. */
  private byte[] digest(Command command) throws Refusal {
    if ((command.param1() & 0x20) != 0) {
      executionUnless(buffers.messageDigest.isPresent());
      return Arrays.copyOf(buffers.messageDigest.orElseThrow(), Bytes.BLOCK);
    }
    byte[] digest = buffers.tempKeyBlock();
    buffers.dropTempKey();
    return digest;
  }

  private Response result(byte[] point, byte[] digest, byte[] signature) throws Refusal {
    return Response.of(fits(point, digest, signature) ? Status.SUCCESS : Status.MISCOMPARE);
  }

  private boolean fits(byte[] point, byte[] digest, byte[] signature) throws Refusal {
    Optional<Boolean> fits = silicon.curve.verify(point, digest, signature);
    if (fits.isEmpty()) {
      throw new Refusal(Status.ECC);
    }
    return fits.get();
  }

  /** A parent's chip has signed, by Sign(internal), what is in TempKey: the digest of this key. */
  private Response validate(Command command, int validity) throws Refusal {
    byte[] data = command.data();
    parseUnless((command.param1() & 0x20) == 0 && data.length == SIGNATURE + OTHER_DATA);
    int slot = Silicon.slot(command.param2());
    silicon.publicKey(slot);
    executionUnless(zones.pubInfo(slot));
    executionUnless(buffers.tempKeyIsOfKey && buffers.tempKeySlot == slot);
    int parent = zones.slotConfig(slot) & 0xF;
    byte[] point = silicon.publicKey(parent);
    executionUnless(silicon.isValidated(parent));
    byte[] other = Arrays.copyOfRange(data, SIGNATURE, data.length);
    executionUnless((other[INVALIDATES] & 1) == (validity == INVALID ? 1 : 0));
    byte[] serial = zones.serial();
    byte[] message =
        Bytes.joined(
            buffers.tempKeyBlock(),
            Bytes.of(SIGN),
            Arrays.copyOf(other, 10),
            Bytes.of(serial[8]),
            Arrays.copyOfRange(other, 10, 14),
            Bytes.of(serial[0], serial[1]),
            Arrays.copyOfRange(other, 14, OTHER_DATA));
    buffers.dropTempKey();
    if (!fits(point, Silicon.sha256(message), Arrays.copyOf(data, SIGNATURE))) {
      return Response.of(Status.MISCOMPARE);
    }
    zones.slots[slot][0] = (byte) (validity | (zones.slots[slot][0] & 0xF));
    return Response.of(Status.SUCCESS);
  }
}
