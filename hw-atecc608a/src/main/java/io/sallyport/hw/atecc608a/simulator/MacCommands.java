package io.sallyport.hw.atecc608a.simulator;

import static io.sallyport.hw.atecc608a.simulator.Refusal.executionUnless;
import static io.sallyport.hw.atecc608a.simulator.Refusal.parseUnless;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.OptionalInt;

/** MAC, CheckMac, GenDig, DeriveKey: digests of symmetric keys and what is known. */
final class MacCommands {
  private static final int OTHER_DATA = 13;
  private static final int GAP = 25;

  private final Silicon silicon;
  private final Zones zones;
  private final Buffers buffers;

  MacCommands(Silicon silicon) {
    this.silicon = silicon;
    this.zones = silicon.zones;
    this.buffers = silicon.buffers;
  }

  Response mac(Command command) throws Refusal {
    int mode = command.param1();
    parseUnless((mode & 0xB8) == 0);
    parseUnless(command.data().length == ((mode & 1) != 0 ? 0 : Bytes.BLOCK));
    byte[] first = first(command);
    byte[] second = second(command, command.data());
    byte[] serial = zones.serial();
    boolean withSerial = (mode & 0x40) != 0;
    return Response.of(
        Silicon.sha256(
            first,
            second,
            Bytes.head(command),
            Bytes.zeros(11),
            Bytes.of(serial[8]),
            withSerial ? Arrays.copyOfRange(serial, 4, 8) : Bytes.zeros(4),
            Bytes.of(serial[0], serial[1]),
            withSerial ? Arrays.copyOfRange(serial, 2, 4) : Bytes.zeros(2)));
  }

  /** A slot's key, or TempKey. */
  private byte[] first(Command command) throws Refusal {
    if ((command.param1() & 2) != 0) {
      return tempKey(command);
    }
    int slot = Silicon.slot(command.param2());
    executionUnless(!zones.noMac(slot));
    if ((command.param1() & 1) != 0) {
      silicon.randomIfRequired(slot);
    }
    return silicon.secret(slot);
  }

  /** A challenge from outside, or TempKey. */
  private byte[] second(Command command, byte[] challenge) throws Refusal {
    return (command.param1() & 1) != 0 ? tempKey(command) : Arrays.copyOf(challenge, Bytes.BLOCK);
  }

  /** Where it comes from must be as the command says. */
  private byte[] tempKey(Command command) throws Refusal {
    byte[] value = buffers.tempKeyBlock();
    executionUnless(buffers.tempKeyIsInput == ((command.param1() & 4) != 0));
    executionUnless(!buffers.tempKeyIsNoMac);
    return value;
  }

  Response checkMac(Command command) throws Refusal {
    byte[] data = command.data();
    parseUnless((command.param1() & ~7) == 0);
    parseUnless(data.length == 2 * Bytes.BLOCK + OTHER_DATA);
    byte[] first = first(command);
    byte[] second = second(command, data);
    byte[] serial = zones.serial();
    byte[] other = Arrays.copyOfRange(data, 2 * Bytes.BLOCK, data.length);
    byte[] digest =
        Silicon.sha256(
            first,
            second,
            Arrays.copyOf(other, 4),
            Bytes.zeros(8),
            Arrays.copyOfRange(other, 4, 7),
            Bytes.of(serial[8]),
            Arrays.copyOfRange(other, 7, 11),
            Bytes.of(serial[0], serial[1]),
            Arrays.copyOfRange(other, 11, OTHER_DATA));
    boolean fits =
        MessageDigest.isEqual(digest, Arrays.copyOfRange(data, Bytes.BLOCK, 2 * Bytes.BLOCK));
    boolean ofSlot = (command.param1() & 2) == 0;
    buffers.authorized = fits && ofSlot ? OptionalInt.of(command.param2()) : OptionalInt.empty();
    if ((command.param1() & 3) != 0) {
      buffers.dropTempKey();
    }
    return Response.of(fits ? Status.SUCCESS : Status.MISCOMPARE);
  }

  /** Mixes a block of the configuration, of the OTP zone, or a slot's begin into TempKey. */
  Response genDig(Command command) throws Refusal {
    int zone = command.param1();
    byte[] data = command.data();
    int slot = 0;
    byte[] stored;
    byte[] head = Bytes.head(command);
    switch (zone) {
      case 0, 1 -> {
        byte[] from = zone == 0 ? zones.config : zones.otp;
        parseUnless(data.length == 0 && command.param2() < from.length / Bytes.BLOCK);
        executionUnless(zone == 0 ? zones.configLocked() : zones.dataLocked());
        int at = command.param2() * Bytes.BLOCK;
        stored = Arrays.copyOfRange(from, at, at + Bytes.BLOCK);
      }
      case 2 -> {
        slot = Silicon.slot(command.param2());
        parseUnless(data.length == 0 || data.length == 4);
        if (data.length == 4) {
          executionUnless(zones.noMac(slot));
          head = data;
        }
        stored = silicon.secret(slot);
        executionUnless(buffers.tempKey.isPresent());
        silicon.randomIfRequired(slot);
      }
      default -> throw new Refusal(Status.PARSE);
    }
    byte[] mixed =
        Silicon.sha256(
            stored, head, silicon.fixedSerial(), Bytes.zeros(GAP), buffers.tempKeyBlock());
    boolean isNoMac = buffers.tempKeyIsNoMac || (zone == 2 && zones.noMac(slot));
    buffers.tempKey(mixed, buffers.tempKeyIsInput);
    buffers.tempKeyIsOfData = zone == 2;
    buffers.tempKeyIsNoMac = isNoMac;
    buffers.tempKeySlot = slot;
    return Response.of(Status.SUCCESS);
  }

  /** Rolls a key, or makes it of its parent, which WriteKey names. */
  Response deriveKey(Command command) throws Refusal {
    byte[] data = command.data();
    parseUnless((command.param1() & ~4) == 0);
    parseUnless(data.length == 0 || data.length == Bytes.BLOCK);
    int target = Silicon.slot(command.param2());
    int rule = zones.writeConfig(target);
    int parent = zones.slotConfig(target) >>> 8 & 0xF;
    executionUnless(zones.configLocked() && !zones.isPrivate(target));
    executionUnless((rule & 2) != 0 && !zones.slotLocked(target));
    int source = (rule & 1) != 0 ? parent : target;
    byte[] tempKey = buffers.tempKeyBlock();
    executionUnless(buffers.tempKeyIsInput == ((command.param1() & 4) != 0));
    silicon.randomIfRequired(source);
    byte[] key = silicon.secret(source);
    boolean needsMac = (rule & 8) != 0;
    parseUnless(!needsMac || data.length > 0);
    if (data.length > 0) {
      byte[] mac =
          Silicon.sha256(silicon.secret(parent), Bytes.head(command), silicon.fixedSerial());
      executionUnless(MessageDigest.isEqual(mac, data));
    }
    byte[] derived =
        Silicon.sha256(key, Bytes.head(command), silicon.fixedSerial(), Bytes.zeros(GAP), tempKey);
    zones.write(target, derived);
    buffers.dropTempKey();
    return Response.of(Status.SUCCESS);
  }
}
