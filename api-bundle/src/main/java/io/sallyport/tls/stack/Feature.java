package io.sallyport.tls.stack;

/** What a stack can do or not, for a protocol version and a role. */
public enum Feature {
  /** A handshake at all. */
  HANDSHAKE("the handshake"),
  /** Server name indication (RFC 6066 section 3). */
  SNI("server name indication"),
  /** Application-layer protocol negotiation (RFC 7301). */
  ALPN("ALPN"),
  /** Authentication of the client by certificate. */
  CLIENT_CERTIFICATE("client certificates"),
  /** Restriction to a list of cipher suites, in its order. */
  CIPHER_SUITE_SELECTION("the selection of cipher suites"),
  /**
   * Ending one direction by close_notify while data goes on in the other, from either side (RFC
   * 8446 section 6.1; RFC 5246 section 7.2.1 does not ask for it).
   */
  HALF_CLOSE("half-close"),
  /** Resumption of sessions. */
  SESSION_RESUMPTION("session resumption"),
  /** Sessions as bytes, for another process. */
  SESSION_SERIALISATION("sessions as bytes"),
  /** A server's sessions can be switched on with a lifetime. Switching them off always works. */
  SESSION_TICKETS("session tickets with a lifetime"),
  /** External pre-shared keys. */
  PSK("pre-shared keys"),
  /** Certificates with keys on P-521, own ones and the peer's. */
  ECDSA_P521("certificates on P-521"),
  /** Certificates with Ed25519 keys (RFC 8422 section 5.10), own ones and the peer's. */
  ED25519("Ed25519 certificates"),
  /** Selection of the certificate by SNI and ALPN. */
  CERTIFICATE_SELECTION("certificate selection"),
  /** Restriction to a list of key-exchange groups. */
  GROUP_SELECTION("the selection of key-exchange groups"),
  /** Verification of stapled OCSP responses. */
  OCSP_STAPLING("OCSP stapling"),
  /** Giving secrets to a protocol analyser. */
  KEY_LOG("the key log"),
  /** Hybrid post-quantum key exchange X25519MLKEM768. */
  POST_QUANTUM_KEY_EXCHANGE("X25519MLKEM768"),
  /** Private keys that stay in hardware. */
  OPAQUE_KEYS("hardware keys");

  private final String words;

  Feature(String words) {
    this.words = words;
  }

  /** The feature in words, as part of a sentence. */
  public String words() {
    return words;
  }
}
