package io.sallyport.tls.stack;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import java.time.Instant;
import java.util.Arrays;

/**
 * A client session outside of its stack: the form in which it can be written. Thread-safe; its
 * secret is wiped by {@link #close}.
 */
public final class PortableSession implements ClientSession {
  private final String stack;
  private final TlsVersion version;
  private final Instant expires;
  private final byte[] binding;
  private final byte[] state;
  private volatile boolean closed;

  /**
   * Made by a stack, or from bytes.
   *
   * @param stack name of the stack that can resume it
   * @param version TLS_1_2 or TLS_1_3
   * @param expires when it is not to be resumed any more
   * @param binding fingerprint of configuration, host and name; see {@link SessionBinding}
   * @param state the stack's own form of the session, secret; copied
   */
  public PortableSession(
      String stack, TlsVersion version, Instant expires, byte[] binding, byte[] state) {
    this.stack = stack;
    this.version = version;
    this.expires = expires;
    this.binding = binding.clone();
    this.state = state.clone();
  }

  @Override
  public String stack() {
    return stack;
  }

  @Override
  public TlsVersion version() {
    return version;
  }

  /** When it is not to be resumed any more. */
  public Instant expires() {
    return expires;
  }

  /** Fingerprint of configuration, host and name. */
  public byte[] binding() {
    return binding.clone();
  }

  /**
   * The stack's own form of the session, secret; the caller wipes the copy.
   *
   * @throws TlsException INVALID_STATE after {@link #close}
   */
  public byte[] state() throws TlsException {
    byte[] copy = state.clone();
    if (closed) {
      throw new TlsException(
          TlsErrorCode.INVALID_STATE, "The session was closed, so it cannot be used any more.");
    }
    return copy;
  }

  /**
   * Another one that is closed on its own.
   *
   * @throws TlsException INVALID_STATE after {@link #close}
   */
  public PortableSession copy() throws TlsException {
    byte[] own = state();
    try {
      return new PortableSession(stack, version, expires, binding, own);
    } finally {
      Arrays.fill(own, (byte) 0);
    }
  }

  /** Whether it may be resumed under this fingerprint at this time, on this stack. */
  public boolean fits(String activeStack, byte[] wanted, Instant now) {
    return !closed
        && stack.equals(activeStack)
        && Arrays.equals(binding, wanted)
        && now.isBefore(expires);
  }

  @Override
  public void close() {
    closed = true;
    Arrays.fill(state, (byte) 0);
  }

  @Override
  public String toString() {
    return "PortableSession[" + stack + ", " + version.protocol() + "]";
  }
}
