package io.sallyport.gateway;

import java.util.Locale;

/** What a route does. */
enum Mode {
  /** TLS from clients, plain TCP to the target. */
  TERMINATE(true, false),
  /** Plain TCP from clients, TLS to the target. */
  ORIGINATE(false, true),
  /** TLS on both sides. */
  BRIDGE(true, true);

  private final boolean tlsIn;
  private final boolean tlsOut;

  Mode(boolean tlsIn, boolean tlsOut) {
    this.tlsIn = tlsIn;
    this.tlsOut = tlsOut;
  }

  boolean tlsIn() {
    return tlsIn;
  }

  boolean tlsOut() {
    return tlsOut;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
