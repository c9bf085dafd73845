package io.sallyport.tls;

/**
 * A protocol version, or "any". ESP-TLS: {@code esp_tls_proto_ver_t}, with the same numbers. Older
 * versions than TLS 1.2 do not exist here.
 */
public enum TlsVersion {
  /** TLS 1.3 or TLS 1.2, whatever both sides can, the newer first. */
  ANY(0, "any", 0),
  /** TLS 1.2 exactly (RFC 5246). */
  TLS_1_2(1, "TLSv1.2", 0x0303),
  /** TLS 1.3 exactly (RFC 8446). */
  TLS_1_3(2, "TLSv1.3", 0x0304);

  private final int number;
  private final String protocol;
  private final int wireVersion;

  TlsVersion(int number, String protocol, int wireVersion) {
    this.number = number;
    this.protocol = protocol;
    this.wireVersion = wireVersion;
  }

  /** ESP-TLS's number for this version. */
  public int number() {
    return number;
  }

  /** The JSSE standard name, "TLSv1.2" or "TLSv1.3"; "any" for {@link #ANY}. */
  public String protocol() {
    return protocol;
  }

  /** The number on the wire, 0x0303 or 0x0304; 0 for {@link #ANY}. */
  public int wireVersion() {
    return wireVersion;
  }

  /** Whether a connection of the given exact version satisfies this choice. */
  public boolean allows(TlsVersion negotiated) {
    return this == ANY || this == negotiated;
  }

  /**
   * Reads "any", "1.2", "1.3", "TLSv1.2" or "TLSv1.3".
   *
   * @throws IllegalArgumentException for anything else, naming what is understood
   */
  public static TlsVersion parse(String text) {
    return switch (text.trim()) {
      case "any", "ANY" -> ANY;
      case "1.2", "TLSv1.2" -> TLS_1_2;
      case "1.3", "TLSv1.3" -> TLS_1_3;
      default ->
          throw new IllegalArgumentException(
              "TLS version '" + text + "' is not known; use any, 1.2 or 1.3.");
    };
  }
}
