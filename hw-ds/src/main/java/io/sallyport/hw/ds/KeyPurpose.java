package io.sallyport.hw.ds;

/** What an eFuse key is for. ESP-IDF: {@code esp_efuse_purpose_t}. */
public enum KeyPurpose {
  /** Nothing is burnt. */
  USER,
  /** HMAC for software. */
  HMAC_UP,
  /** HMAC that unlocks JTAG. */
  HMAC_DOWN_JTAG,
  /** HMAC that gives the Digital Signature peripheral its key. */
  HMAC_DOWN_DIGITAL_SIGNATURE,
  /** Any other purpose. */
  OTHER
}
