package io.sallyport.hw.atecc608a.simulator;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/** The chip's volatile memory: it survives idling, not sleep. Not thread-safe. */
final class Buffers {
  /** TempKey: 32 or 64 bytes; empty while it is not valid. */
  Optional<byte[]> tempKey = Optional.empty();

  /** Whether TempKey came from outside: SourceFlag. */
  boolean tempKeyIsInput;

  /** Whether TempKey holds the digest of a public key, GenKeyData, and of which slot. */
  boolean tempKeyIsOfKey;

  /** Whether something that is stored was mixed in, GenDigData, and of which slot. */
  boolean tempKeyIsOfData;

  /** Whether it must not go into a MAC: NoMacFlag. */
  boolean tempKeyIsNoMac;

  int tempKeySlot;

  /** An ephemeral private key, which TempKey stands for. */
  Optional<byte[]> ephemeralKey = Optional.empty();

  /** Message Digest Buffer. */
  Optional<byte[]> messageDigest = Optional.empty();

  /** Alternate Key Buffer. */
  Optional<byte[]> alternateKey = Optional.empty();

  /** What is being hashed; empty while no SHA runs. */
  Optional<HashRun> hash = Optional.empty();

  /** The slot whose key has been proved to be known: AuthComplete. */
  OptionalInt authorized = OptionalInt.empty();

  void tempKey(byte[] value, boolean isInput) {
    tempKey = Optional.of(value);
    tempKeyIsInput = isInput;
    tempKeyIsOfKey = false;
    tempKeyIsOfData = false;
    tempKeyIsNoMac = false;
    tempKeySlot = 0;
    ephemeralKey = Optional.empty();
  }

  /** The first 32 bytes of TempKey. */
  byte[] tempKeyBlock() throws Refusal {
    Refusal.executionUnless(tempKey.isPresent() && ephemeralKey.isEmpty());
    return Arrays.copyOf(tempKey.orElseThrow(), Bytes.BLOCK);
  }

  /** The flags as commands and messages have them: KeyID, SourceFlag, GenDig, GenKey, NoMac. */
  int tempKeyFlags() {
    return (tempKeySlot & 0xF)
        | (tempKeyIsInput ? 0x10 : 0)
        | (tempKeyIsOfData ? 0x20 : 0)
        | (tempKeyIsOfKey ? 0x40 : 0)
        | (tempKeyIsNoMac ? 0x80 : 0);
  }

  void dropTempKey() {
    tempKey = Optional.empty();
    tempKeyIsInput = false;
    tempKeyIsOfKey = false;
    tempKeyIsOfData = false;
    tempKeyIsNoMac = false;
    tempKeySlot = 0;
    ephemeralKey = Optional.empty();
  }

  void clear() {
    dropTempKey();
    messageDigest = Optional.empty();
    alternateKey = Optional.empty();
    hash = Optional.empty();
    authorized = OptionalInt.empty();
  }
}
