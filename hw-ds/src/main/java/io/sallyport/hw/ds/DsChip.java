package io.sallyport.hw.ds;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The chips that have the peripheral. ESP-IDF: {@code SOC_RSA_MAX_BIT_LEN}. */
public enum DsChip {
  /** ESP32-S2. */
  ESP32S2(4096),
  /** ESP32-S3. */
  ESP32S3(4096),
  /** ESP32-P4. */
  ESP32P4(4096),
  /** ESP32-S31. */
  ESP32S31(4096),
  /** ESP32-C3. */
  ESP32C3(3072),
  /** ESP32-C5. */
  ESP32C5(3072),
  /** ESP32-C6. */
  ESP32C6(3072),
  /** ESP32-H2. */
  ESP32H2(3072),
  /** ESP32-H21. */
  ESP32H21(3072);

  private static final List<Integer> SIZES = List.of(1024, 2048, 3072, 4096);

  private final int maxBits;

  DsChip(int maxBits) {
    this.maxBits = maxBits;
  }

  /**
   * The chip of this name.
   *
   * @param name as in {@code idf.py set-target}: "esp32s3"
   * @throws TlsException INVALID_ARG for any other
   */
  public static DsChip of(String name) throws TlsException {
    for (DsChip chip : values()) {
      if (chip.toString().equals(name)) {
        return chip;
      }
    }
    throw new TlsException(
        TlsErrorCode.INVALID_ARG,
        "No chip '"
            + name
            + "' has a Digital Signature peripheral; give one of "
            + Arrays.stream(values()).map(DsChip::toString).collect(Collectors.joining(", "))
            + ".");
  }

  /** Bits of the longest key. */
  public int maxBits() {
    return maxBits;
  }

  /** Bytes of each big number in the parameters: the longest key's. */
  int numberBytes() {
    return maxBits / Byte.SIZE;
  }

  /** Bytes of the encrypted parameters: three numbers, digest, M', length and padding. */
  int cipherBytes() {
    return 3 * numberBytes() + DsPlain.DIGEST + 2 * Integer.BYTES + DsPlain.PADDING;
  }

  /** Whether it takes keys of so many bits. */
  public boolean supports(int bits) {
    return bits <= maxBits && SIZES.contains(bits);
  }

  /** The sizes that it takes, for a message. */
  String sizes() {
    return SIZES.stream()
        .filter(this::supports)
        .map(String::valueOf)
        .collect(Collectors.joining(", "));
  }

  /** As in {@code idf.py set-target}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
