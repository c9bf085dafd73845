package io.sallyport.tls;

/** Where a connection stands. ESP-TLS: {@code esp_tls_conn_state_t}, with the same numbers. */
public enum ConnectionState {
  /** Created, nothing sent. */
  INIT(0),
  /** The TCP connection is being established. */
  CONNECTING(1),
  /** TCP is up, the TLS handshake is running. */
  HANDSHAKE(2),
  /** A fatal error occurred; every further call but {@code close} fails at once. */
  FAIL(3),
  /** Application data may flow. */
  DONE(4);

  private final int number;

  ConnectionState(int number) {
    this.number = number;
  }

  /** ESP-TLS's number for this state. */
  public int number() {
    return number;
  }
}
