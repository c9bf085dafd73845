package io.sallyport.hw.atecc608a.simulator;

import static io.sallyport.hw.atecc608a.simulator.Refusal.executionUnless;
import static io.sallyport.hw.atecc608a.simulator.Refusal.parseUnless;

import io.sallyport.hw.atecc608a.packet.Sha256;
import java.security.SecureRandom;
import java.util.Arrays;

/** What all commands of one chip work on, and the rules that several of them share. */
final class Silicon {
  private static final int VALIDATED = 5;

  final Zones zones;
  final Buffers buffers = new Buffers();
  final Curve curve = new Curve();
  private final SecureRandom random = new SecureRandom();

  /** Survives sleep, until the power goes: the persistent latch. */
  boolean latch;

  Silicon(Zones zones) {
    this.zones = zones;
  }

  /** Before its configuration is locked the generator gives a pattern. */
  byte[] randomBytes() {
    byte[] bytes = new byte[Bytes.BLOCK];
    if (zones.configLocked()) {
      random.nextBytes(bytes);
    } else {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i % 4 < 2 ? 0xFF : 0);
      }
    }
    return bytes;
  }

  static int slot(int param2) throws Refusal {
    parseUnless(param2 < Zones.SLOTS);
    return param2;
  }

  /** A slot with a private key on P-256 that may be used now. */
  byte[] privateKey(int slot) throws Refusal {
    executionUnless(zones.configLocked() && zones.isPrivate(slot) && zones.isP256(slot));
    executionUnless(zones.hasPrivateKey(slot));
    permitted(slot);
    return zones.privateKey(slot);
  }

  /** Whether a key needs a proof, or the latch, and has it: ReqAuth, PersistentDisable. */
  void permitted(int slot) throws Refusal {
    int config = zones.keyConfig(slot);
    boolean needsProof = (config & 0x80) != 0;
    int proof = config >>> 8 & 0xF;
    executionUnless(!needsProof || buffers.authorized.orElse(-1) == proof);
    executionUnless((config & 0x1000) == 0 || latch);
  }

  /** A slot with a public key. */
  byte[] publicKey(int slot) throws Refusal {
    executionUnless(slot >= 8 && !zones.isPrivate(slot) && zones.isP256(slot));
    return zones.publicKey(slot);
  }

  /** Whether a public key may be used: it needs no validation, or has been validated. */
  boolean isValidated(int slot) {
    return !zones.pubInfo(slot) || (zones.slots[slot][0] >>> 4 & 0xF) == VALIDATED;
  }

  /** The first 32 bytes of a slot that holds a symmetric key. */
  byte[] secret(int slot) throws Refusal {
    executionUnless(zones.configLocked() && !zones.isPrivate(slot));
    permitted(slot);
    return Arrays.copyOf(zones.slots[slot], Bytes.BLOCK);
  }

  /** Where TempKey is used together with a slot that wants a random one: ReqRandom. */
  void randomIfRequired(int slot) throws Refusal {
    executionUnless((zones.keyConfig(slot) & 0x40) == 0 || !buffers.tempKeyIsInput);
  }

  /** SN[8], SN[0], SN[1]. */
  byte[] fixedSerial() {
    byte[] serial = zones.serial();
    return Bytes.of(serial[8], serial[0], serial[1]);
  }

  static byte[] sha256(byte[]... parts) {
    return Sha256.of(parts);
  }
}
