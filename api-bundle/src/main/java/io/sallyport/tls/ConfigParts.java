package io.sallyport.tls;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Checks that both roles' builders share. */
final class ConfigParts {
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_PROTOCOL_BYTES = 255;

  private ConfigParts() {}

  /** RFC 7301 section 3.1: 1 to 255 bytes each. */
  static List<String> alpn(Collection<String> protocols) throws TlsException {
    for (String protocol : protocols) {
      int length = protocol.getBytes(StandardCharsets.UTF_8).length;
      if (length == 0 || length > MAX_PROTOCOL_BYTES) {
        throw new TlsException(
            TlsErrorCode.INVALID_ARG,
            "ALPN protocol '" + protocol + "' must have 1 to 255 bytes (RFC 7301).");
      }
    }
    return List.copyOf(protocols);
  }

  static Duration timeout(Duration timeout) throws TlsException {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "A timeout of "
              + timeout.toMillis()
              + " ms would never let a connection succeed; give a positive one.");
    }
    return timeout;
  }

  /** Suites of TLS 1.2 say whether they authenticate by pre-shared key; those of 1.3 do not. */
  static List<CipherSuite> suitesFor(Trust trust, List<CipherSuite> suites) throws TlsException {
    boolean preShared = trust instanceof Trust.PreShared;
    for (CipherSuite suite : suites) {
      if (!suite.isTls13() && suite.isPreShared() != preShared) {
        throw new TlsException(
            TlsErrorCode.INVALID_ARG,
            "Cipher suite "
                + suite
                + (preShared
                    ? " does not authenticate by pre-shared key, but the configuration does; drop one."
                    : " authenticates by pre-shared key, but the configuration does not; drop one."));
      }
    }
    return suites;
  }

  /** The configured suites, as far as a hardware key lets itself be used with them. */
  static List<CipherSuite> restricted(TlsConfig config, List<CipherSuite> only)
      throws TlsException {
    if (only.isEmpty()) {
      return config.cipherSuites();
    }
    List<CipherSuite> allowed =
        only.stream()
            .filter(suite -> config.version().allows(suite.version()))
            .filter(
                suite -> config.cipherSuites().isEmpty() || config.cipherSuites().contains(suite))
            .toList();
    if (allowed.isEmpty()) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The hardware key goes with the cipher suites "
              + only
              + " only, and the configuration allows none of them; add one.");
    }
    return allowed;
  }

  /** One private key: which of two should be used, nobody can know. */
  static void checkOneKey(Optional<Identity> identity, List<KeyReference> keys)
      throws TlsException {
    List<String> all = new ArrayList<>();
    keys.forEach(key -> all.add(key.toString()));
    identity.ifPresent(own -> all.add(own.toString()));
    if (all.size() > 1) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The configuration names several private keys ("
              + String.join("; ", all)
              + "); keep one of them.");
    }
  }

  /** A pinned version without any suite of its own can never connect. */
  static List<CipherSuite> suites(List<CipherSuite> suites, TlsVersion version)
      throws TlsException {
    if (!suites.isEmpty() && suites.stream().noneMatch(suite -> version.allows(suite.version()))) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "None of the cipher suites "
              + suites
              + " belongs to "
              + version.protocol()
              + "; add one or allow another version.");
    }
    return suites;
  }
}
