package io.sallyport.tls;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Options of the TCP connection below. ESP-TLS: {@code keep_alive_cfg}, {@code if_name}, {@code
 * addr_family}, {@code non_block}.
 *
 * @param keepAlive TCP keep-alive probes, or empty for none
 * @param interfaceName name of the network interface to bind to, or empty for any
 * @param addressFamily which addresses of the host may be tried
 * @param nonBlocking whether a connection made by a blocking call is non-blocking afterwards
 */
public record TcpOptions(
    Optional<KeepAlive> keepAlive,
    Optional<String> interfaceName,
    AddressFamily addressFamily,
    boolean nonBlocking) {
  /** No keep-alive, any interface, any family, blocking. */
  public static final TcpOptions DEFAULT =
      new TcpOptions(Optional.empty(), Optional.empty(), AddressFamily.UNSPEC, false);

  /** Checks for null. */
  public TcpOptions {
    Objects.requireNonNull(keepAlive, "keepAlive");
    Objects.requireNonNull(interfaceName, "interfaceName");
    Objects.requireNonNull(addressFamily, "addressFamily");
  }

  /** The same with keep-alive probes. */
  public TcpOptions withKeepAlive(KeepAlive probes) {
    return new TcpOptions(Optional.of(probes), interfaceName, addressFamily, nonBlocking);
  }

  /** The same, bound to a network interface. */
  public TcpOptions withInterfaceName(String name) {
    return new TcpOptions(keepAlive, Optional.of(name), addressFamily, nonBlocking);
  }

  /** The same with another address family. */
  public TcpOptions withAddressFamily(AddressFamily family) {
    return new TcpOptions(keepAlive, interfaceName, family, nonBlocking);
  }

  /** The same, non-blocking or blocking once the session is up. */
  public TcpOptions withNonBlocking(boolean afterwards) {
    return new TcpOptions(keepAlive, interfaceName, addressFamily, afterwards);
  }

  /**
   * TCP keep-alive. ESP-TLS: {@code tls_keep_alive_cfg_t}; TCP_KEEPIDLE, TCP_KEEPINTVL and
   * TCP_KEEPCNT.
   *
   * @param idle silence before the first probe, at least 1 s, in whole seconds
   * @param interval time between probes, at least 1 s, in whole seconds
   * @param count unanswered probes until the connection is given up, at least 1
   */
  public record KeepAlive(Duration idle, Duration interval, int count) {
    /** Checks the ranges: the operating system refuses zeros. */
    public KeepAlive {
      if (idle.toSeconds() < 1 || interval.toSeconds() < 1 || count < 1) {
        throw new IllegalArgumentException(
            "Keep-alive needs an idle time and an interval of at least 1 s and a count of at least 1.");
      }
    }
  }
}
