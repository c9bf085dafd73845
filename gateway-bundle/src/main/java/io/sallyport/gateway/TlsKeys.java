package io.sallyport.gateway;

import io.sallyport.tls.KeyReference;
import io.sallyport.tls.TlsVersion;
import java.util.List;
import java.util.Optional;

/**
 * The keys that both TLS roles have, with "server." or "client." before them. Immutable.
 *
 * @param prefix "server." or "client."
 * @param certificate file of the chain
 * @param key file of the private key
 * @param passwordFile file of the key's password
 * @param hardwareKey the key in hardware, without its DS parameters and certificates
 * @param dsParameters file of the key's encrypted parameters for the DS peripheral
 * @param alpn ALPN protocols, most preferred first
 * @param cipherSuites IANA names or numbers
 * @param groups IANA names or numbers
 * @param version the version allowed
 * @param keyLogFile file for the secrets of connections
 * @param timeoutMs time for the handshake, in milliseconds
 */
record TlsKeys(
    String prefix,
    Optional<String> certificate,
    Optional<String> key,
    Optional<String> passwordFile,
    Optional<KeyReference> hardwareKey,
    Optional<String> dsParameters,
    List<String> alpn,
    List<String> cipherSuites,
    List<String> groups,
    TlsVersion version,
    Optional<String> keyLogFile,
    long timeoutMs) {
  static TlsKeys server(RouteProperties properties) throws RouteException {
    return read(properties, "server.", "server.handshake.timeout.ms");
  }

  static TlsKeys client(RouteProperties properties) throws RouteException {
    return read(properties, "client.", "client.timeout.ms");
  }

  private static TlsKeys read(RouteProperties properties, String prefix, String timeoutKey)
      throws RouteException {
    Optional<String> certificate = properties.optional(prefix + "certificate");
    Optional<String> key = properties.optional(prefix + "key");
    Optional<KeyReference> hardwareKey =
        properties.optional(prefix + "hardware.key").map(TlsKeys::reference);
    Optional<String> dsParameters = properties.optional(prefix + "ds.parameters");
    if (hardwareKey.isPresent() && key.isPresent()) {
      throw properties.wrong(
          prefix + "hardware.key", "stands beside '" + prefix + "key'; drop one");
    }
    boolean ds =
        hardwareKey
            .filter(own -> own.provider().equals(KeyReference.DIGITAL_SIGNATURE))
            .isPresent();
    if (dsParameters.isPresent() && !ds) {
      throw properties.wrong(
          prefix + "ds.parameters",
          "has no effect without \"" + prefix + "hardware.key\": \"ds:KEY_ID\"");
    }
    if (hardwareKey.isEmpty() && certificate.isPresent() != key.isPresent()) {
      String missing = prefix + (key.isPresent() ? "certificate" : "key");
      throw properties.wrong(
          missing, "is missing; a certificate and its key must be given together");
    }
    return new TlsKeys(
        prefix,
        certificate,
        key,
        properties.optional(prefix + "key.password.file"),
        hardwareKey,
        dsParameters,
        properties.list(prefix + "alpn"),
        properties.list(prefix + "cipher.suites"),
        properties.list(prefix + "groups"),
        version(properties, prefix + "tls.version"),
        properties.optional(prefix + "key.log.file"),
        properties.number(timeoutKey, 10_000, 1, Integer.MAX_VALUE));
  }

  /** A provider, or a provider, a colon and what it calls the key. */
  private static KeyReference reference(String text) {
    int colon = text.indexOf(':');
    return colon < 0
        ? KeyReference.of(text.strip())
        : KeyReference.of(text.substring(0, colon).strip(), text.substring(colon + 1).strip());
  }

  private static TlsVersion version(RouteProperties properties, String key) throws RouteException {
    String text = properties.optional(key).orElse("any");
    try {
      return TlsVersion.parse(text);
    } catch (IllegalArgumentException e) {
      throw properties.wrong(key, "is '" + text + "'; give any, 1.2 or 1.3", e);
    }
  }
}
