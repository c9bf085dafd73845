package io.sallyport.hw.ecdsa;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a key block is for, with the number in the KEY_PURPOSE field. Numbers and names: espefuse.
 */
enum KeyPurpose {
  /** Software; also: not burnt. */
  USER(0),
  /** Named ECDSA_KEY on chips that sign on P-256 and P-192 only. */
  ECDSA_KEY_P256(1),
  XTS_AES_256_KEY_1(2),
  XTS_AES_256_KEY_2(3),
  XTS_AES_128_KEY(4),
  HMAC_DOWN_ALL(5),
  HMAC_DOWN_JTAG(6),
  HMAC_DOWN_DIGITAL_SIGNATURE(7),
  HMAC_UP(8),
  SECURE_BOOT_DIGEST0(9),
  SECURE_BOOT_DIGEST1(10),
  SECURE_BOOT_DIGEST2(11),
  KM_INIT_KEY(12),
  XTS_AES_256_PSRAM_KEY_1(13),
  XTS_AES_256_PSRAM_KEY_2(14),
  XTS_AES_128_PSRAM_KEY(15),
  ECDSA_KEY_P192(16),
  ECDSA_KEY_P384_L(17),
  ECDSA_KEY_P384_H(18);

  private final int number;

  KeyPurpose(int number) {
    this.number = number;
  }

  /** The number in the field. */
  int number() {
    return number;
  }

  /** What people call the purpose of this number. */
  static String name(int number) {
    Optional<KeyPurpose> known =
        Arrays.stream(values()).filter(purpose -> purpose.number == number).findFirst();
    return known.map(KeyPurpose::name).orElse("number " + number);
  }
}
