package io.sallyport.hw.atecc608a.simulator;

import static io.sallyport.hw.atecc608a.simulator.Refusal.executionUnless;
import static io.sallyport.hw.atecc608a.simulator.Refusal.parseUnless;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import java.util.Arrays;

/** Read, Write, Lock, Counter, UpdateExtra. */
final class MemoryCommands {
  private static final int WORD = 4;
  private static final int COUNTER_LIMIT = 2_097_151;

  /** UserExtra, UserExtraAdd, the locks; then SlotLocked, in one word with ChipOptions. */
  private static final int EXTRA = 84;

  private final Silicon silicon;
  private final Zones zones;
  private final EncryptedWrites encrypted;

  MemoryCommands(Silicon silicon, EncryptedWrites encrypted) {
    this.silicon = silicon;
    this.zones = silicon.zones;
    this.encrypted = encrypted;
  }

  Response read(Command command) throws Refusal {
    parseUnless(command.data().length == 0 && (command.param1() & 0x7C) == 0);
    int length = (command.param1() & 0x80) != 0 ? Bytes.BLOCK : WORD;
    int zone = command.param1() & 3;
    int at = offset(command.param2(), zone, length);
    byte[] from;
    byte[] mask = new byte[0];
    switch (zone) {
      case 0 -> from = zones.config;
      case 1 -> {
        executionUnless(zones.dataLocked());
        from = zones.otp;
      }
      case 2 -> {
        int slot = command.param2() >>> 3 & 0xF;
        executionUnless(zones.dataLocked() && !zones.isPrivate(slot));
        executionUnless(zones.isSecret(slot) == zones.readIsEncrypted(slot));
        from = zones.slots[slot];
        parseUnless(at < from.length);
        if (zones.isSecret(slot)) {
          parseUnless(length == Bytes.BLOCK);
          mask = readMask(slot);
        }
      }
      default -> throw new Refusal(Status.PARSE);
    }
    parseUnless(at < from.length);
    byte[] read = Arrays.copyOfRange(from, at, at + length); // Zeros beyond the end.
    return Response.of(Bytes.xor(read, mask));
  }

  /** Of a secret only with TempKey, into which GenDig has mixed the key that ReadKey names. */
  private byte[] readMask(int slot) throws Refusal {
    Buffers buffers = silicon.buffers;
    silicon.permitted(slot);
    executionUnless(buffers.tempKeyIsOfData);
    executionUnless(buffers.tempKeySlot == (zones.slotConfig(slot) & 0xF));
    byte[] mask = buffers.tempKeyBlock();
    buffers.dropTempKey();
    return mask;
  }

  /** Block and word; of a slot the block is in the upper byte. */
  private static int offset(int address, int zone, int length) throws Refusal {
    int word = address & 7;
    int block = zone == 2 ? address >>> Byte.SIZE : address >>> 3;
    parseUnless(length == WORD || word == 0);
    parseUnless(zone == 2 ? block < 16 && (address & 0x80) == 0 : address >>> 5 == 0);
    return block * Bytes.BLOCK + word * WORD;
  }

  Response write(Command command) throws Refusal {
    int length = (command.param1() & 0x80) != 0 ? Bytes.BLOCK : WORD;
    int zone = command.param1() & 3;
    boolean withMac = command.data().length == 2 * Bytes.BLOCK;
    parseUnless((command.param1() & 0x3C) == 0);
    parseUnless(withMac ? length == Bytes.BLOCK && zone == 2 : command.data().length == length);
    parseUnless(withMac || (command.param1() & 0x40) == 0);
    int at = offset(command.param2(), zone, length);
    switch (zone) {
      case 0 -> {
        executionUnless(!zones.configLocked());
        parseUnless(at + length <= Zones.CONFIG);
        // Serial number and the like; UserExtra and the locks.
        executionUnless(at >= 16 && (at + length <= EXTRA || at >= EXTRA + WORD));
        int kept = at == EXTRA + WORD ? 2 : 0; // SlotLocked changes by Lock only.
        System.arraycopy(command.data(), kept, zones.config, at + kept, length - kept);
      }
      case 1 -> {
        executionUnless(zones.configLocked() && !zones.dataLocked());
        parseUnless(at + length <= Zones.OTP);
        System.arraycopy(command.data(), 0, zones.otp, at, length);
      }
      case 2 -> writeSlot(command, command.param2() >>> 3 & 0xF, at, withMac);
      default -> throw new Refusal(Status.PARSE);
    }
    return Response.of(Status.SUCCESS);
  }

  private void writeSlot(Command command, int slot, int at, boolean withMac) throws Refusal {
    executionUnless(zones.configLocked() && !zones.isPrivate(slot));
    executionUnless(!zones.slotLocked(slot));
    byte[] into = zones.slots[slot];
    parseUnless(at < into.length);
    byte[] data = withMac ? encrypted.open(command, slot) : command.data();
    if (zones.dataLocked()) {
      int rule = zones.writeConfig(slot);
      boolean isOpen = rule == 0 || (rule == 1 && !silicon.isValidated(slot));
      executionUnless(withMac ? (rule & 4) != 0 : isOpen);
    }
    System.arraycopy(data, 0, into, at, Math.min(data.length, into.length - at));
  }

  Response lock(Command command) throws Refusal {
    int mode = command.param1();
    parseUnless(command.data().length == 0);
    boolean ignoreCrc = (mode & 0x80) != 0;
    switch (mode & 3) {
      case 0 -> {
        parseUnless((mode & 0x7C) == 0);
        executionUnless(!zones.configLocked());
        executionUnless(ignoreCrc || zones.configCrc() == command.param2());
        zones.lockConfig();
      }
      case 1 -> {
        parseUnless((mode & 0x7C) == 0);
        executionUnless(zones.configLocked() && !zones.dataLocked());
        executionUnless(ignoreCrc || zones.dataCrc() == command.param2());
        zones.lockData();
      }
      case 2 -> {
        int slot = mode >>> 2 & 0xF;
        parseUnless((mode & 0x40) == 0);
        executionUnless(zones.configLocked() && zones.lockable(slot));
        executionUnless(!zones.slotLocked(slot));
        zones.lockSlot(slot);
      }
      default -> throw new Refusal(Status.PARSE);
    }
    return Response.of(Status.SUCCESS);
  }

  Response counter(Command command) throws Refusal {
    parseUnless(command.param1() <= 1 && command.param2() <= 1 && command.data().length == 0);
    int which = command.param2();
    if (command.param1() == 1) {
      executionUnless(zones.configLocked() && zones.counters[which] < COUNTER_LIMIT);
      zones.counters[which]++;
    }
    int value = zones.counters[which];
    return Response.of(Bytes.joined(Bytes.word(value), Bytes.word(value >>> 16)));
  }

  /** Once: only in place of a zero. */
  Response updateExtra(Command command) throws Refusal {
    parseUnless(command.data().length == 0 && command.param1() <= 1);
    parseUnless(command.param2() >>> Byte.SIZE == 0);
    int at = EXTRA + command.param1();
    executionUnless(zones.config[at] == 0);
    zones.config[at] = (byte) command.param2();
    return Response.of(Status.SUCCESS);
  }
}
