package io.sallyport.tls;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A cipher suite by its IANA number and name (registry "TLS Cipher Suites"). ESP-TLS: an entry of
 * {@code ciphersuites_list}, {@code esp_tls_get_ciphersuites_list}.
 *
 * @param number the two bytes on the wire, 0x0000 to 0xFFFF
 * @param name the IANA name, such as "TLS_AES_128_GCM_SHA256"
 */
public record CipherSuite(int number, String name) {
  private static final String REGISTRY =
"""
          1301 TLS_AES_128_GCM_SHA256
          1302 TLS_AES_256_GCM_SHA384
          1303 TLS_CHACHA20_POLY1305_SHA256
          1304 TLS_AES_128_CCM_SHA256
          1305 TLS_AES_128_CCM_8_SHA256
          C02B TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
          C02C TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
          CCA9 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
          C0AC TLS_ECDHE_ECDSA_WITH_AES_128_CCM
          C0AD TLS_ECDHE_ECDSA_WITH_AES_256_CCM
          C0AE TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8
          C0AF TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8
          C02F TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
          C030 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
          CCA8 TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
          009E TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
          009F TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
          CCAA TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256
          C09E TLS_DHE_RSA_WITH_AES_128_CCM
          C09F TLS_DHE_RSA_WITH_AES_256_CCM
          00A2 TLS_DHE_DSS_WITH_AES_128_GCM_SHA256
          00A3 TLS_DHE_DSS_WITH_AES_256_GCM_SHA384
          C023 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
          C024 TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
          C009 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
          C00A TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
          C027 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
          C028 TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
          C013 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
          C014 TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
          0067 TLS_DHE_RSA_WITH_AES_128_CBC_SHA256
          006B TLS_DHE_RSA_WITH_AES_256_CBC_SHA256
          0033 TLS_DHE_RSA_WITH_AES_128_CBC_SHA
          0039 TLS_DHE_RSA_WITH_AES_256_CBC_SHA
          0040 TLS_DHE_DSS_WITH_AES_128_CBC_SHA256
          006A TLS_DHE_DSS_WITH_AES_256_CBC_SHA256
          0032 TLS_DHE_DSS_WITH_AES_128_CBC_SHA
          0038 TLS_DHE_DSS_WITH_AES_256_CBC_SHA
          009C TLS_RSA_WITH_AES_128_GCM_SHA256
          009D TLS_RSA_WITH_AES_256_GCM_SHA384
          C09C TLS_RSA_WITH_AES_128_CCM
          C09D TLS_RSA_WITH_AES_256_CCM
          003C TLS_RSA_WITH_AES_128_CBC_SHA256
          003D TLS_RSA_WITH_AES_256_CBC_SHA256
          002F TLS_RSA_WITH_AES_128_CBC_SHA
          0035 TLS_RSA_WITH_AES_256_CBC_SHA
          00A8 TLS_PSK_WITH_AES_128_GCM_SHA256
          00A9 TLS_PSK_WITH_AES_256_GCM_SHA384
          CCAB TLS_PSK_WITH_CHACHA20_POLY1305_SHA256
          00AA TLS_DHE_PSK_WITH_AES_128_GCM_SHA256
          00AB TLS_DHE_PSK_WITH_AES_256_GCM_SHA384
          CCAD TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256
          D001 TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256
          D002 TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384
          CCAC TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256
          C037 TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256
          C038 TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384
          C035 TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA
          C036 TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA
          00AE TLS_PSK_WITH_AES_128_CBC_SHA256
          00AF TLS_PSK_WITH_AES_256_CBC_SHA384
          008C TLS_PSK_WITH_AES_128_CBC_SHA
          008D TLS_PSK_WITH_AES_256_CBC_SHA
""";

  private static final Map<String, CipherSuite> BY_NAME =
      REGISTRY
          .lines()
          .map(String::strip)
          .map(row -> new CipherSuite(Integer.parseInt(row.substring(0, 4), 16), row.substring(5)))
          .collect(
              Collectors.toMap(CipherSuite::name, suite -> suite, (a, b) -> a, LinkedHashMap::new));

  private static final Map<Integer, CipherSuite> BY_NUMBER =
      BY_NAME.values().stream().collect(Collectors.toMap(CipherSuite::number, suite -> suite));

  /** Checks the range. */
  public CipherSuite {
    if (number < 0 || number > 0xFFFF || name.isBlank()) {
      throw new IllegalArgumentException(
          "A cipher suite needs a number from 0 to 0xFFFF and a name.");
    }
  }

  /** The suite with this number, if this platform knows it. */
  public static Optional<CipherSuite> ofNumber(int number) {
    return Optional.ofNullable(BY_NUMBER.get(number));
  }

  /** The suite with this IANA name, if this platform knows it. */
  public static Optional<CipherSuite> ofName(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /**
   * The known ones among the given names, in their order: what a stack makes of its provider's
   * list.
   */
  public static List<CipherSuite> ofNames(Collection<String> names) {
    return names.stream().map(BY_NAME::get).filter(java.util.Objects::nonNull).toList();
  }

  /**
   * Reads an IANA name, or a number as "0x1301" or "4865".
   *
   * @throws TlsException INVALID_ARG when no such suite is known; the message lists those that are
   */
  public static CipherSuite parse(String text) throws TlsException {
    String trimmed = text.trim();
    Optional<CipherSuite> suite = ofName(trimmed.toUpperCase(Locale.ROOT));
    if (suite.isEmpty()) {
      try {
        suite = ofNumber(Integer.decode(trimmed));
      } catch (NumberFormatException e) {
        suite = Optional.empty();
      }
    }
    return suite.orElseThrow(
        () ->
            new TlsException(
                TlsErrorCode.INVALID_ARG,
                "Cipher suite '"
                    + trimmed
                    + "' is not known; use an IANA name or number, one of "
                    + String.join(", ", BY_NAME.keySet())
                    + "."));
  }

  /** Whether this is a suite of TLS 1.3 (RFC 8446 appendix B.4); the others are of TLS 1.2. */
  public boolean isTls13() {
    return number >>> 8 == 0x13;
  }

  /** Whether this is a suite of TLS 1.2 that authenticates by pre-shared key (RFC 4279). */
  public boolean isPreShared() {
    return name.contains("_PSK_");
  }

  /** The protocol version that this suite belongs to. */
  public TlsVersion version() {
    return isTls13() ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
  }

  /**
   * Whether the suite has forward secrecy and authenticated encryption with a full-length tag,
   * which is what is offered and accepted where no list is configured (RFC 9325 section 4.2). Of
   * these, a configuration uses those that are pre-shared or those that are not.
   */
  public boolean isStrong() {
    return isTls13()
        ? !name.contains("CCM_8")
        : name.startsWith("TLS_ECDHE_") && (name.contains("_GCM_") || name.contains("_CHACHA20_"));
  }

  @Override
  public String toString() {
    return name;
  }
}
