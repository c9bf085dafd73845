package io.sallyport.tls;

/** How far a non-blocking operation got. ESP-TLS: the results 1, WANT_READ and WANT_WRITE. */
public enum Progress {
  /** The operation is complete. */
  DONE,
  /** More bytes from the peer are needed; call again when the transport is readable. */
  WANT_READ,
  /** The transport did not take every byte; call again when it is writable. */
  WANT_WRITE
}
