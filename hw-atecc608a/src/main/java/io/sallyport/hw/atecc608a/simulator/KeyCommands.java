package io.sallyport.hw.atecc608a.simulator;

import static io.sallyport.hw.atecc608a.simulator.Refusal.executionUnless;
import static io.sallyport.hw.atecc608a.simulator.Refusal.parseUnless;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import java.util.Arrays;
import java.util.Optional;

/** GenKey, Sign, ECDH. */
final class KeyCommands {
  private static final int EPHEMERAL = 0xFFFF;
  private static final int POINT = 2 * Curve.LENGTH;
  private static final int OTHER_DATA = 3;
  private static final int DIGESTED = 128;

  private final Silicon silicon;
  private final Zones zones;
  private final Buffers buffers;
  private final Curve curve;

  KeyCommands(Silicon silicon) {
    this.silicon = silicon;
    this.zones = silicon.zones;
    this.buffers = silicon.buffers;
    this.curve = silicon.curve;
  }

  Response genKey(Command command) throws Refusal {
    int mode = command.param1();
    boolean create = (mode & 4) != 0;
    boolean digest = (mode & 8) != 0;
    boolean ofStored = (mode & 0x10) != 0;
    parseUnless((mode & 0xE3) == 0 && !(ofStored && (create || digest)));
    executionUnless(zones.configLocked());
    if (ofStored) {
      return digestOfStored(command);
    }
    parseUnless(command.data().length == 0 || (digest && command.data().length == OTHER_DATA));
    if (command.param2() == EPHEMERAL) {
      parseUnless(create && !digest);
      byte[][] pair = curve.generate();
      buffers.tempKey(new byte[Bytes.BLOCK], false);
      buffers.ephemeralKey = Optional.of(pair[0]);
      return Response.of(pair[1]);
    }
    int slot = Silicon.slot(command.param2());
    executionUnless(zones.isPrivate(slot) && zones.isP256(slot));
    executionUnless(!digest || buffers.tempKey.isPresent());
    byte[] point;
    if (create) {
      // WriteConfig, bit 13 of SlotConfig: after the data zone is locked.
      executionUnless(!zones.slotLocked(slot));
      executionUnless(!zones.dataLocked() || (zones.writeConfig(slot) & 2) != 0);
      silicon.permitted(slot);
      byte[][] pair = curve.generate();
      zones.privateKey(slot, pair[0]);
      point = pair[1];
    } else {
      executionUnless(zones.pubInfo(slot));
      point = curve.publicKey(silicon.privateKey(slot));
    }
    if (digest) {
      intoTempKey(command, slot, point);
    }
    return Response.of(point);
  }

  private Response digestOfStored(Command command) throws Refusal {
    int slot = Silicon.slot(command.param2());
    parseUnless(command.data().length == OTHER_DATA);
    intoTempKey(command, slot, silicon.publicKey(slot));
    return Response.of(Status.SUCCESS);
  }

  private void intoTempKey(Command command, int slot, byte[] point) throws Refusal {
    byte[] other =
        command.data().length == OTHER_DATA ? command.data() : Bytes.of(command.param1(), slot, 0);
    byte[] head =
        Bytes.joined(
            buffers.tempKeyBlock(), Bytes.of(command.opcode()), other, silicon.fixedSerial());
    byte[] message = Arrays.copyOf(head, DIGESTED);
    System.arraycopy(point, 0, message, DIGESTED - POINT, POINT);
    buffers.tempKey(Silicon.sha256(message), buffers.tempKeyIsInput);
    buffers.tempKeyIsOfKey = true;
    buffers.tempKeySlot = slot;
  }

  Response sign(Command command) throws Refusal {
    int mode = command.param1();
    parseUnless((mode & 0x1E) == 0 && command.data().length == 0);
    int slot = Silicon.slot(command.param2());
    byte[] key = silicon.privateKey(slot);
    boolean external = (mode & 0x80) != 0;
    boolean ofMessageDigest = (mode & 0x20) != 0;
    int readKey = zones.slotConfig(slot) & 0xF;
    byte[] digest;
    if (external) {
      executionUnless((readKey & 1) != 0);
      digest = digest(ofMessageDigest);
    } else {
      parseUnless(!ofMessageDigest);
      executionUnless((readKey & 2) != 0);
      executionUnless(buffers.tempKeyIsOfKey || buffers.tempKeyIsOfData);
      silicon.randomIfRequired(slot);
      digest = Silicon.sha256(internalMessage(command, slot));
    }
    byte[] signature = curve.sign(key, digest);
    if (ofMessageDigest) {
      buffers.messageDigest = Optional.empty();
    } else {
      buffers.dropTempKey();
    }
    return Response.of(signature);
  }

  /** What a command is about: the Message Digest Buffer, or TempKey. */
  private byte[] digest(boolean ofMessageDigest) throws Refusal {
    if (!ofMessageDigest) {
      return buffers.tempKeyBlock();
    }
    executionUnless(buffers.messageDigest.isPresent());
    return Arrays.copyOf(buffers.messageDigest.orElseThrow(), Bytes.BLOCK);
  }

  /** What the chip says of itself: what TempKey is of, and how that slot is configured. */
  private byte[] internalMessage(Command command, int slot) throws Refusal {
    int mode = command.param1();
    int about = buffers.tempKeySlot;
    byte[] serial = zones.serial();
    boolean withSerial = (mode & 0x40) != 0;
    return Bytes.joined(
        buffers.tempKeyBlock(),
        Bytes.of(command.opcode(), mode),
        Bytes.word(slot),
        Bytes.word(zones.slotConfig(about)),
        Bytes.word(zones.keyConfig(about)),
        Bytes.of(buffers.tempKeyFlags(), 0, 0, serial[8]),
        withSerial ? Arrays.copyOfRange(serial, 4, 8) : Bytes.zeros(4),
        Bytes.of(serial[0], serial[1]),
        withSerial ? Arrays.copyOfRange(serial, 2, 4) : Bytes.zeros(2),
        Bytes.of(zones.slotLocked(about) ? 0 : 1, (mode & 1) != 0 ? 1 : 0, 0));
  }

  Response ecdh(Command command) throws Refusal {
    int mode = command.param1();
    parseUnless(command.data().length == POINT && (mode & 0xF0) == 0);
    executionUnless(zones.configLocked());
    boolean encrypted = (mode & 2) != 0;
    int target = mode & 0x0C;
    int slot = 0;
    byte[] key;
    if ((mode & 1) != 0) {
      parseUnless(target != 4);
      executionUnless(buffers.ephemeralKey.isPresent());
      key = buffers.ephemeralKey.orElseThrow();
    } else {
      slot = Silicon.slot(command.param2());
      int readKey = zones.slotConfig(slot) & 0xF;
      key = silicon.privateKey(slot);
      executionUnless((readKey & 4) != 0);
      boolean staysInside = (readKey & 8) != 0;
      if (target == 0) {
        target = staysInside ? 4 : 0x0C;
      }
      executionUnless(!staysInside || target == 4);
    }
    parseUnless(!encrypted || target == 0 || target == 0x0C);
    Optional<byte[]> secret = curve.agree(key, command.data());
    if (secret.isEmpty()) {
      throw new Refusal(Status.ECC);
    }
    return switch (target) {
      case 4 -> intoNextSlot(slot, secret.get());
      case 8 -> {
        buffers.tempKey(secret.get(), false);
        yield Response.of(Status.SUCCESS);
      }
      default -> out(secret.get(), encrypted);
    };
  }

  private Response intoNextSlot(int slot, byte[] secret) throws Refusal {
    int next = slot | 1;
    executionUnless(!zones.slotLocked(next) && !zones.isPrivate(next));
    System.arraycopy(secret, 0, zones.slots[next], 0, secret.length);
    return Response.of(Status.SUCCESS);
  }

  /**
   * ChipOptions say whether it may leave: in the clear, enciphered by the IO key, or not at all.
   */
  private Response out(byte[] secret, boolean encrypted) throws Refusal {
    int protection = zones.chipOptions() >>> 8 & 3;
    executionUnless(protection == 0 || (protection == 1 && encrypted));
    if (!encrypted) {
      return Response.of(secret);
    }
    executionUnless((zones.chipOptions() & 2) != 0);
    byte[] nonce = silicon.randomBytes();
    byte[] ioKey = Arrays.copyOf(zones.slots[zones.chipOptions() >>> 12], Bytes.BLOCK);
    return Response.of(Bytes.joined(Bytes.xor(secret, Silicon.sha256(ioKey, nonce)), nonce));
  }
}
