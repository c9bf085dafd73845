package io.sallyport.hw.atecc608a.simulator;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/** The chip's volatile memory: it survives idling, not sleep. Not thread-safe. */
final class Buffers {
  /** TempKey: 32 or 64 bytes; empty while it is not valid. */
  Optional<byte[]> tempKey = Optional.empty();

  /** Whether TempKey came from outside: SourceFlag. */
  boolean tempKeyIsInput;

  /** Whether TempKey holds the digest of a public key: GenKeyData, and of which slot. */
  boolean tempKeyIsOfKey;

  int tempKeySlot;

  /** An ephemeral private key, which TempKey stands for. */
  Optional<byte[]> ephemeralKey = Optional.empty();

  /** Message Digest Buffer. */
  Optional<byte[]> messageDigest = Optional.empty();

  /** Alternate Key Buffer. */
  Optional<byte[]> alternateKey = Optional.empty();

  /** What has been hashed so far; empty while no SHA runs. */
  Optional<ByteArrayOutputStream> hashed = Optional.empty();

  void tempKey(byte[] value, boolean isInput) {
    tempKey = Optional.of(value);
    tempKeyIsInput = isInput;
    tempKeyIsOfKey = false;
    ephemeralKey = Optional.empty();
  }

  void dropTempKey() {
    tempKey = Optional.empty();
    tempKeyIsOfKey = false;
    ephemeralKey = Optional.empty();
  }

  void clear() {
    dropTempKey();
    messageDigest = Optional.empty();
    alternateKey = Optional.empty();
    hashed = Optional.empty();
  }
}
