package io.sallyport.gateway;

import io.sallyport.tls.Revocation;
import java.util.Optional;

/**
 * TLS towards the target, as it is configured. Immutable.
 *
 * @param keys what both roles have
 * @param trust by what the target is verified
 * @param authorities file of the authorities for the target
 * @param bundle file of a certificate bundle
 * @param pskIdentity identity of the pre-shared key
 * @param pskKeyFile file of the pre-shared key, in hexadecimal
 * @param name name to verify instead of the target's host
 * @param skipCommonName whether the target's name is not checked
 * @param revocation whether a stapled proof is verified
 * @param resumption whether connections resume the newest session
 */
record ClientTls(
    TlsKeys keys,
    TrustSource trust,
    Optional<String> authorities,
    Optional<String> bundle,
    Optional<String> pskIdentity,
    Optional<String> pskKeyFile,
    Optional<String> name,
    boolean skipCommonName,
    Revocation revocation,
    boolean resumption) {
  /** By what the target is verified. */
  enum TrustSource {
    FILE,
    BUNDLE,
    PLATFORM,
    GLOBAL,
    PSK,
    INSECURE
  }

  static ClientTls read(RouteProperties properties) throws RouteException {
    return new ClientTls(
        TlsKeys.client(properties),
        properties.oneOf("client.trust", TrustSource.FILE, TrustSource.values()),
        properties.optional("client.ca"),
        properties.optional("client.bundle"),
        properties.optional("client.psk.identity"),
        properties.optional("client.psk.key.file"),
        properties.optional("client.name"),
        properties.flag("client.skip.common.name"),
        properties.oneOf("client.revocation", Revocation.NONE, Revocation.values()),
        properties.flag("client.session.resumption"));
  }

  void check(RouteProperties properties, Mode mode) throws RouteException {
    if (mode.tlsOut() && trust == TrustSource.FILE && authorities.isEmpty()) {
      throw properties.wrong(
          "client.ca",
          "is missing; mode "
              + mode
              + " verifies the target by it, or by what \"client.trust\" names: bundle, platform,"
              + " global or psk");
    }
    boolean certificates = trust != TrustSource.PSK && trust != TrustSource.INSECURE;
    if (revocation != Revocation.NONE && !certificates) {
      throw properties.wrong(
          "client.revocation",
          "has no effect with \"client.trust\": \"" + RouteProperties.word(trust) + "\"; drop one");
    }
    belongs(properties, "client.ca", authorities, TrustSource.FILE, mode);
    belongs(properties, "client.bundle", bundle, TrustSource.BUNDLE, mode);
    belongs(properties, "client.psk.identity", pskIdentity, TrustSource.PSK, mode);
    belongs(properties, "client.psk.key.file", pskKeyFile, TrustSource.PSK, mode);
  }

  /** A key that goes with one value of client.trust, and with no other. */
  private void belongs(
      RouteProperties properties, String key, Optional<String> value, TrustSource owner, Mode mode)
      throws RouteException {
    if (trust != owner && value.isPresent()) {
      throw properties.wrong(
          key,
          "has no effect with \"client.trust\": \"" + RouteProperties.word(trust) + "\"; drop one");
    }
    if (trust == owner && value.isEmpty() && mode.tlsOut()) {
      throw properties.wrong(
          key, "is missing; \"client.trust\": \"" + RouteProperties.word(trust) + "\" needs it");
    }
  }
}
