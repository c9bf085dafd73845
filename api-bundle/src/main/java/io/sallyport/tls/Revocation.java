package io.sallyport.tls;

/**
 * Whether a client asks the server for a proof that its certificate has not been revoked (OCSP
 * stapling, RFC 6066 section 8, RFC 8446 section 4.4.2.1). Nothing is fetched from anywhere.
 */
public enum Revocation {
  /** Revocation is not looked at. */
  NONE,
  /** A proof that the server sends is verified; a server that sends none is accepted. */
  STAPLED_IF_SENT,
  /** The server must send a proof, and it must be good. */
  STAPLED_REQUIRED
}
