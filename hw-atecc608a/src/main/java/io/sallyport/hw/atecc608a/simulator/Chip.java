package io.sallyport.hw.atecc608a.simulator;

import static io.sallyport.hw.atecc608a.simulator.Refusal.executionUnless;
import static io.sallyport.hw.atecc608a.simulator.Refusal.parseUnless;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Opcode;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/** Executes commands on the chip's memory. Data sheet: "Commands". Not thread-safe. */
final class Chip {
  private static final int SELF_TEST = 0x77;
  private static final int SELF_TESTS = 0x3D;
  private static final int EPHEMERAL = 0xFFFF;
  private static final int BLOCK = 32;
  private static final int WORD = 4;
  private static final int COUNTER_LIMIT = 2_097_151;
  private static final int NUMBER_IN = 20;
  private static final int VALIDATED = 5;

  /** UserExtra, UserExtraAdd, the locks; then SlotLocked, in one word with ChipOptions. */
  private static final int EXTRA = 84;

  private final Zones zones;
  private final Buffers buffers = new Buffers();
  private final Curve curve = new Curve();
  private final SecureRandom random = new SecureRandom();

  Chip(Zones zones) {
    this.zones = zones;
  }

  Zones zones() {
    return zones;
  }

  /** Its volatile memory is lost. */
  void sleep() {
    buffers.clear();
  }

  /** Whether a command may change what lasts. */
  static boolean mayChange(Command command) {
    return Opcode.of(command.opcode())
        .filter(
            opcode ->
                opcode == Opcode.WRITE
                    || opcode == Opcode.LOCK
                    || opcode == Opcode.GENKEY
                    || opcode == Opcode.ECDH
                    || opcode == Opcode.COUNTER)
        .isPresent();
  }

  Response execute(Command command) {
    try {
      if (command.opcode() == SELF_TEST) {
        return selfTest(command);
      }
      Optional<Opcode> opcode = Opcode.of(command.opcode());
      parseUnless(opcode.isPresent());
      return switch (opcode.get()) {
        case INFO -> info(command);
        case RANDOM -> random(command);
        case NONCE -> nonce(command);
        case GENKEY -> genKey(command);
        case SIGN -> sign(command);
        case VERIFY -> verify(command);
        case ECDH -> ecdh(command);
        case READ -> read(command);
        case WRITE -> write(command);
        case LOCK -> lock(command);
        case SHA -> sha(command);
        case COUNTER -> counter(command);
      };
    } catch (Refusal e) {
      return Response.of(e.status());
    }
  }

  private static Response selfTest(Command command) throws Refusal {
    parseUnless((command.param1() & ~SELF_TESTS & ~2) == 0 && command.param2() == 0);
    return Response.of((byte) 0);
  }

  private Response info(Command command) throws Refusal {
    parseUnless(command.data().length == 0);
    return switch (command.param1()) {
      case 0 -> Response.of(Arrays.copyOfRange(zones.config, 4, 8));
      case 1 -> {
        int slot = slot(command.param2());
        boolean valid = zones.isPrivate(slot) ? zones.hasPrivateKey(slot) : isValidated(slot);
        yield Response.of((byte) (valid ? 1 : 0), (byte) 0, (byte) 0, (byte) 0);
      }
      case 2 -> {
        int low =
            (buffers.tempKeySlot & 0xF)
                | (buffers.tempKeyIsInput ? 0x10 : 0)
                | (buffers.tempKeyIsOfKey ? 0x40 : 0);
        int high = buffers.tempKey.isPresent() ? 0x80 : 0;
        yield Response.of((byte) low, (byte) high, (byte) 0, (byte) 0);
      }
      case 3, 4 -> Response.of((byte) 0, (byte) 0, (byte) 0, (byte) 0);
      default -> throw new Refusal(Status.PARSE);
    };
  }

  private boolean isValidated(int slot) {
    return !zones.pubInfo(slot) || zones.slots[slot][0] >>> 4 == VALIDATED;
  }

  private static int slot(int param2) throws Refusal {
    parseUnless(param2 < Zones.SLOTS);
    return param2;
  }

  private Response random(Command command) throws Refusal {
    parseUnless(command.param1() <= 1 && command.param2() == 0 && command.data().length == 0);
    return Response.of(randomBytes());
  }

  /** Before its configuration is locked the generator gives a pattern. */
  private byte[] randomBytes() {
    byte[] bytes = new byte[BLOCK];
    if (zones.configLocked()) {
      random.nextBytes(bytes);
    } else {
      for (int i = 0; i < BLOCK; i++) {
        bytes[i] = (byte) (i % WORD < 2 ? 0xFF : 0);
      }
    }
    return bytes;
  }

  private Response nonce(Command command) throws Refusal {
    byte[] data = command.data();
    int mode = command.param1();
    switch (mode & 3) {
      case 0, 1 -> {
        parseUnless(data.length == NUMBER_IN && (mode & 0xFC) == 0);
        parseUnless(command.param2() == 0 || command.param2() == 0x8000);
        byte[] out = randomBytes();
        byte[] mixed = sha256(out, data, new byte[] {(byte) command.opcode(), (byte) mode, 0});
        buffers.tempKey(mixed, false);
        return Response.of(command.param2() == 0 ? out : mixed);
      }
      case 3 -> {
        boolean isLong = (mode & 0x20) != 0;
        parseUnless(data.length == (isLong ? 2 * BLOCK : BLOCK) && command.param2() == 0);
        switch (mode & 0xC0) {
          case 0x00 -> buffers.tempKey(data, true);
          case 0x40 -> buffers.messageDigest = Optional.of(data);
          case 0x80 -> {
            parseUnless(!isLong);
            buffers.alternateKey = Optional.of(data);
          }
          default -> throw new Refusal(Status.PARSE);
        }
        return Response.of(Status.SUCCESS);
      }
      default -> throw new Refusal(Status.PARSE);
    }
  }

  private Response genKey(Command command) throws Refusal {
    int mode = command.param1();
    boolean create = (mode & 4) != 0;
    boolean digest = (mode & 8) != 0;
    boolean ofStored = (mode & 0x10) != 0;
    parseUnless((mode & 0xE3) == 0 && !(ofStored && (create || digest)));
    executionUnless(zones.configLocked());
    if (ofStored) {
      return digestOfStored(command);
    }
    parseUnless(command.data().length == 0 || (digest && command.data().length == 3));
    if (command.param2() == EPHEMERAL) {
      parseUnless(create && !digest);
      byte[][] pair = curve.generate();
      buffers.tempKey(new byte[BLOCK], false);
      buffers.ephemeralKey = Optional.of(pair[0]);
      return Response.of(pair[1]);
    }
    int slot = slot(command.param2());
    executionUnless(zones.isPrivate(slot) && zones.isP256(slot));
    byte[] point;
    if (create) {
      // WriteConfig, bit 13 of SlotConfig: after the data zone is locked.
      executionUnless(!zones.slotLocked(slot));
      executionUnless(!zones.dataLocked() || (zones.writeConfig(slot) & 2) != 0);
      byte[][] pair = curve.generate();
      zones.privateKey(slot, pair[0]);
      point = pair[1];
    } else {
      executionUnless(zones.pubInfo(slot) && zones.hasPrivateKey(slot));
      point = curve.publicKey(zones.privateKey(slot));
    }
    if (digest) {
      intoTempKey(command, mode, slot, point);
    }
    return Response.of(point);
  }

  private Response digestOfStored(Command command) throws Refusal {
    int slot = slot(command.param2());
    parseUnless(command.data().length == 3);
    executionUnless(!zones.isPrivate(slot) && zones.isP256(slot) && slot >= 8);
    intoTempKey(command, command.param1(), slot, storedPoint(slot));
    return Response.of(Status.SUCCESS);
  }

  private void intoTempKey(Command command, int mode, int slot, byte[] point) throws Refusal {
    executionUnless(buffers.tempKey.isPresent());
    byte[] other =
        command.data().length == 3
            ? command.data()
            : new byte[] {(byte) mode, (byte) slot, (byte) 0};
    byte[] serial = zones.serial();
    byte[] message = new byte[128];
    System.arraycopy(buffers.tempKey.orElseThrow(), 0, message, 0, BLOCK);
    message[BLOCK] = (byte) command.opcode();
    System.arraycopy(other, 0, message, BLOCK + 1, 3);
    message[BLOCK + 4] = serial[8];
    message[BLOCK + 5] = serial[0];
    message[BLOCK + 6] = serial[1];
    System.arraycopy(point, 0, message, message.length - point.length, point.length);
    buffers.tempKey(sha256(message), buffers.tempKeyIsInput);
    buffers.tempKeyIsOfKey = true;
    buffers.tempKeySlot = slot;
  }

  private Response sign(Command command) throws Refusal {
    int mode = command.param1();
    parseUnless((mode & 0x1E) == 0 && command.data().length == 0);
    int slot = slot(command.param2());
    executionUnless(zones.configLocked() && zones.isPrivate(slot) && zones.isP256(slot));
    executionUnless(zones.hasPrivateKey(slot));
    boolean external = (mode & 0x80) != 0;
    int readKey = zones.slotConfig(slot) & 0xF;
    byte[] digest;
    if (external) {
      executionUnless((readKey & 1) != 0);
      digest = digest(mode);
    } else {
      executionUnless((readKey & 2) != 0 && buffers.tempKeyIsOfKey);
      parseUnless((mode & 0x20) == 0);
      digest = internalMessage(command, slot);
    }
    byte[] signature = curve.sign(zones.privateKey(slot), digest);
    if ((mode & 0x20) != 0) {
      buffers.messageDigest = Optional.empty();
    } else {
      buffers.dropTempKey();
    }
    return Response.of(signature);
  }

  /** What a command is about: the Message Digest Buffer, or TempKey. */
  private byte[] digest(int mode) throws Refusal {
    Optional<byte[]> source = (mode & 0x20) != 0 ? buffers.messageDigest : buffers.tempKey;
    executionUnless(source.isPresent());
    return Arrays.copyOf(source.get(), BLOCK);
  }

  /** What the chip says of itself: the digest of a key, and how that key is configured. */
  private byte[] internalMessage(Command command, int slot) {
    int mode = command.param1();
    int key = buffers.tempKeySlot;
    byte[] serial = zones.serial();
    boolean withSerial = (mode & 0x40) != 0;
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.writeBytes(Arrays.copyOf(buffers.tempKey.orElseThrow(), BLOCK));
    message.write(command.opcode());
    message.write(mode);
    message.write(slot);
    message.write(0);
    message.write(zones.slotConfig(key));
    message.write(zones.slotConfig(key) >>> Byte.SIZE);
    message.write(zones.keyConfig(key));
    message.write(zones.keyConfig(key) >>> Byte.SIZE);
    message.write(
        (key & 0xF) | (buffers.tempKeyIsInput ? 0x10 : 0) | (buffers.tempKeyIsOfKey ? 0x40 : 0));
    message.write(0);
    message.write(0);
    message.write(serial[8]);
    for (int i = 4; i < 8; i++) {
      message.write(withSerial ? serial[i] : 0);
    }
    message.write(serial[0]);
    message.write(serial[1]);
    message.write(withSerial ? serial[2] : 0);
    message.write(withSerial ? serial[3] : 0);
    message.write(zones.slotLocked(key) ? 0 : 1);
    message.write((mode & 1) != 0 ? 1 : 0);
    message.write(0);
    return sha256(message.toByteArray());
  }

  private Response verify(Command command) throws Refusal {
    int mode = command.param1();
    byte[] data = command.data();
    byte[] point;
    switch (mode & ~0x20) {
      case 2 -> {
        parseUnless(data.length == 4 * Curve.LENGTH && command.param2() == 4);
        point = Arrays.copyOfRange(data, 2 * Curve.LENGTH, data.length);
      }
      case 0 -> {
        parseUnless(data.length == 2 * Curve.LENGTH);
        int slot = slot(command.param2());
        executionUnless(slot >= 8 && !zones.isPrivate(slot) && zones.isP256(slot));
        executionUnless(isValidated(slot));
        point = storedPoint(slot);
      }
      default -> throw new Refusal(Status.PARSE);
    }
    executionUnless(zones.configLocked());
    byte[] digest = digest(mode);
    Optional<Boolean> fits = curve.verify(point, digest, Arrays.copyOf(data, 2 * Curve.LENGTH));
    if (fits.isEmpty()) {
      throw new Refusal(Status.ECC);
    }
    return Response.of(fits.get() ? Status.SUCCESS : Status.MISCOMPARE);
  }

  /** Four bytes before each half. */
  private byte[] storedPoint(int slot) {
    byte[] point = new byte[2 * Curve.LENGTH];
    System.arraycopy(zones.slots[slot], WORD, point, 0, Curve.LENGTH);
    System.arraycopy(zones.slots[slot], 2 * WORD + Curve.LENGTH, point, Curve.LENGTH, Curve.LENGTH);
    return point;
  }

  private Response ecdh(Command command) throws Refusal {
    int mode = command.param1();
    parseUnless(command.data().length == 2 * Curve.LENGTH && (mode & 0xF2) == 0);
    executionUnless(zones.configLocked() && (zones.chipOptions() >>> 8 & 3) == 0);
    byte[] key;
    int target = mode & 0x0C;
    int slot = 0;
    if ((mode & 1) != 0) {
      executionUnless(buffers.ephemeralKey.isPresent());
      key = buffers.ephemeralKey.get();
    } else {
      slot = slot(command.param2());
      int readKey = zones.slotConfig(slot) & 0xF;
      executionUnless(zones.isPrivate(slot) && zones.isP256(slot) && (readKey & 4) != 0);
      executionUnless(zones.hasPrivateKey(slot));
      key = zones.privateKey(slot);
      if (target == 0) {
        target = (readKey & 8) != 0 ? 4 : 0x0C;
      } else if ((readKey & 8) != 0) {
        executionUnless(target == 4); // The secret must stay in the chip.
      }
    }
    Optional<byte[]> secret = curve.agree(key, command.data());
    if (secret.isEmpty()) {
      throw new Refusal(Status.ECC);
    }
    return switch (target) {
      case 4 -> {
        parseUnless((mode & 1) == 0);
        int next = slot | 1;
        executionUnless(!zones.slotLocked(next) && !zones.isPrivate(next));
        System.arraycopy(secret.get(), 0, zones.slots[next], 0, BLOCK);
        yield Response.of(Status.SUCCESS);
      }
      case 8 -> {
        buffers.tempKey(secret.get(), false);
        yield Response.of(Status.SUCCESS);
      }
      default -> Response.of(secret.get());
    };
  }

  private Response read(Command command) throws Refusal {
    parseUnless(command.data().length == 0 && (command.param1() & 0x7C) == 0);
    int length = (command.param1() & 0x80) != 0 ? BLOCK : WORD;
    int zone = command.param1() & 3;
    int at = offset(command.param2(), zone, length);
    byte[] from;
    switch (zone) {
      case 0 -> from = zones.config;
      case 1 -> {
        executionUnless(zones.dataLocked());
        from = zones.otp;
      }
      case 2 -> {
        int slot = command.param2() >>> 3 & 0xF;
        executionUnless(zones.dataLocked() && !zones.isPrivate(slot));
        executionUnless(!zones.isSecret(slot) && !zones.readIsEncrypted(slot));
        from = zones.slots[slot];
      }
      default -> throw new Refusal(Status.PARSE);
    }
    parseUnless(at < from.length);
    return Response.of(Arrays.copyOfRange(from, at, at + length)); // Zeros beyond the end.
  }

  /** Block and word; of a slot the block is in the upper byte. */
  private static int offset(int address, int zone, int length) throws Refusal {
    int word = address & 7;
    int block = zone == 2 ? address >>> Byte.SIZE : address >>> 3;
    parseUnless(length == WORD || word == 0);
    parseUnless(zone == 2 ? block < 16 : address >>> 5 == 0);
    return block * BLOCK + word * WORD;
  }

  private Response write(Command command) throws Refusal {
    int length = (command.param1() & 0x80) != 0 ? BLOCK : WORD;
    int zone = command.param1() & 3;
    parseUnless((command.param1() & 0x7C) == 0 && command.data().length == length);
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
      case 2 -> {
        int slot = command.param2() >>> 3 & 0xF;
        executionUnless(zones.configLocked() && !zones.isPrivate(slot));
        executionUnless(!zones.slotLocked(slot));
        executionUnless(!zones.dataLocked() || zones.writeConfig(slot) == 0);
        byte[] into = zones.slots[slot];
        parseUnless(at < into.length);
        System.arraycopy(command.data(), 0, into, at, Math.min(length, into.length - at));
      }
      default -> throw new Refusal(Status.PARSE);
    }
    return Response.of(Status.SUCCESS);
  }

  private Response lock(Command command) throws Refusal {
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

  private Response sha(Command command) throws Refusal {
    int mode = command.param1() & 7;
    byte[] data = command.data();
    switch (mode) {
      case 0 -> {
        parseUnless(data.length == 0);
        buffers.hashed = Optional.of(new ByteArrayOutputStream());
        return Response.of(Status.SUCCESS);
      }
      case 1 -> {
        parseUnless(data.length == 64);
        hashed().writeBytes(data);
        return Response.of(Status.SUCCESS);
      }
      case 3 -> {
        int slot = slot(command.param2());
        executionUnless(slot >= 8 && !zones.isPrivate(slot) && zones.isP256(slot));
        hashed().writeBytes(storedPoint(slot));
        return Response.of(Status.SUCCESS);
      }
      case 2 -> {
        parseUnless(data.length < 64 && data.length == command.param2());
        ByteArrayOutputStream all = hashed();
        all.writeBytes(data);
        byte[] digest = sha256(all.toByteArray());
        buffers.hashed = Optional.empty();
        switch (command.param1() & 0xC0) {
          case 0x00 -> buffers.tempKey(digest.clone(), true);
          case 0x40 -> buffers.messageDigest = Optional.of(digest.clone());
          case 0xC0 -> {} // Output only.
          default -> throw new Refusal(Status.PARSE);
        }
        return Response.of(digest);
      }
      default -> throw new Refusal(Status.PARSE);
    }
  }

  private ByteArrayOutputStream hashed() throws Refusal {
    executionUnless(buffers.hashed.isPresent());
    return buffers.hashed.orElseThrow();
  }

  private Response counter(Command command) throws Refusal {
    parseUnless(command.param1() <= 1 && command.param2() <= 1 && command.data().length == 0);
    int which = command.param2();
    if (command.param1() == 1) {
      executionUnless(zones.configLocked() && zones.counters[which] < COUNTER_LIMIT);
      zones.counters[which]++;
    }
    int value = zones.counters[which];
    return Response.of(
        (byte) value, (byte) (value >>> 8), (byte) (value >>> 16), (byte) (value >>> 24));
  }

  private static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java platform has no SHA-256.", e);
    }
  }
}
