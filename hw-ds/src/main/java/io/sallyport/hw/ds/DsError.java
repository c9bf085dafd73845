package io.sallyport.hw.ds;

/**
 * What the peripheral reports. ESP-IDF: {@code esp_err.h}, {@code esp_hmac.h}, {@code esp_ds.h}.
 */
public enum DsError {
  /** {@code ESP_ERR_INVALID_ARG}: no data, a length that is not possible, no such key. */
  INVALID_ARG(0x102),
  /** {@code ESP_ERR_HW_CRYPTO_DS_HMAC_FAIL}: the eFuse key is not there or for something else. */
  HMAC_FAIL(0xC001),
  /** {@code ESP_ERR_HW_CRYPTO_DS_INVALID_KEY}: the peripheral did not get its key in time. */
  INVALID_KEY(0xC002),
  /** {@code ESP_ERR_HW_CRYPTO_DS_INVALID_DIGEST}: wrong eFuse key, or parameters were changed. */
  INVALID_DIGEST(0xC004),
  /** {@code ESP_ERR_HW_CRYPTO_DS_INVALID_PADDING}: the parameters were not made as they should. */
  INVALID_PADDING(0xC005);

  private final int number;

  DsError(int number) {
    this.number = number;
  }

  /** ESP-IDF's number. */
  public int number() {
    return number;
  }
}
