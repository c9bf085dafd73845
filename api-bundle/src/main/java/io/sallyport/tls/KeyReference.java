package io.sallyport.tls;

import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Names a private key in hardware: the provider that holds it, which of its keys, and the
 * certificates to show with it. The platform finds the provider when the configuration is prepared,
 * and again when the provider has come back.
 *
 * <p>Immutable; compared by identity. {@link #toString} shows no parameters.
 */
public final class KeyReference {
  /** The provider of {@link #secureElement}. */
  public static final String SECURE_ELEMENT = "atecc608a";

  /** The provider of {@link #digitalSignature}. */
  public static final String DIGITAL_SIGNATURE = "ds";

  /** The provider of {@link #ecdsaPeripheral}. */
  public static final String ECDSA_PERIPHERAL = "ecdsa";

  private final String provider;
  private final String key;
  private final byte[] parameters;
  private final List<X509Certificate> certificates;

  private KeyReference(
      String provider, String key, byte[] parameters, List<X509Certificate> certificates) {
    this.provider = provider;
    this.key = key;
    this.parameters = parameters;
    this.certificates = certificates;
  }

  /** The default key of a provider, such as "pkcs11". */
  public static KeyReference of(String provider) {
    return new KeyReference(provider, "", new byte[0], List.of());
  }

  /**
   * A key of a provider.
   *
   * @param key what the provider calls it; see {@link io.sallyport.tls.key.HardwareKey#id}
   */
  public static KeyReference of(String provider, String key) {
    return new KeyReference(provider, key, new byte[0], List.of());
  }

  /** The default key of the secure element. ESP-TLS: {@code use_secure_element}. */
  public static KeyReference secureElement() {
    return of(SECURE_ELEMENT);
  }

  /**
   * An RSA key that exists only as parameters for the Digital Signature peripheral. ESP-TLS: {@code
   * ds_data}, an {@code esp_ds_data_ctx_t}.
   *
   * @param data the encrypted parameters, laid out as {@code esp_ds_data_t}; copied
   * @param efuseKeyId which HMAC key decrypts them, 0 to 5
   */
  public static KeyReference digitalSignature(byte[] data, int efuseKeyId) {
    return new KeyReference(
        DIGITAL_SIGNATURE, Integer.toString(efuseKeyId), data.clone(), List.of());
  }

  /**
   * A P-256 key in one eFuse block. ESP-TLS: {@code use_ecdsa_peripheral}, {@code
   * ecdsa_key_efuse_blk}.
   *
   * @param block the eFuse block, 4 to 9
   */
  public static KeyReference ecdsaPeripheral(int block) {
    return of(ECDSA_PERIPHERAL, Integer.toString(block));
  }

  /**
   * A P-384 key in two eFuse blocks. ESP-TLS: {@code ecdsa_key_efuse_blk}, {@code
   * ecdsa_key_efuse_blk_high}.
   *
   * @param low the eFuse block of the low half, 4 to 9
   * @param high the eFuse block of the high half
   */
  public static KeyReference ecdsaPeripheral(int low, int high) {
    return of(ECDSA_PERIPHERAL, low + "," + high);
  }

  /** The same key, with these certificates in place of the provider's own; leaf first. */
  public KeyReference withCertificates(List<X509Certificate> chain) {
    return new KeyReference(provider, key, parameters, List.copyOf(chain));
  }

  /** The same key, with these parameters; copied. */
  public KeyReference withParameters(byte[] data) {
    return new KeyReference(provider, key, data.clone(), certificates);
  }

  /** The name of the provider; see {@link io.sallyport.tls.key.KeyProvider#name}. */
  public String provider() {
    return provider;
  }

  /**
   * Which key; empty for the provider's default one. The eFuse key id for {@code ds}; for {@code
   * ecdsa} the block, or the low and the high block with a comma between.
   */
  public String key() {
    return key;
  }

  /** The encrypted key that goes with {@code ds}, a copy; empty where the provider needs none. */
  public Optional<byte[]> parameters() {
    return parameters.length == 0
        ? Optional.empty()
        : Optional.of(Arrays.copyOf(parameters, parameters.length));
  }

  /** The certificates to show, leaf first; empty for the provider's own. */
  public List<X509Certificate> certificates() {
    return certificates;
  }

  @Override
  public String toString() {
    return key.isEmpty() ? "the default key of " + provider : "key '" + key + "' of " + provider;
  }
}
