package io.sallyport.core.connection;

import io.sallyport.tls.AddressFamily;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks names up on threads of its own, because the system's look-up cannot be interrupted and must
 * not outlast a connection's deadline. Thread-safe.
 */
final class Resolver implements AutoCloseable {
  private static final int THREADS = 8;
  private static final int QUEUE = 1000;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(QUEUE),
          task -> {
            Thread thread = new Thread(task, "sallyport-resolver");
            thread.setDaemon(true);
            return thread;
          });

  Resolver() {
    threads.allowCoreThreadTimeOut(true);
  }

  /** The addresses of a host, in the resolver's order; completes with a TlsException otherwise. */
  CompletableFuture<List<InetAddress>> resolve(String host, AddressFamily family) {
    CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
    if (looksLikeAddress(host)) {
      look(host, family, result); // An address literal needs no look-up and does not wait.
      return result;
    }
    try {
      threads.execute(() -> look(host, family, result));
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(
          new TlsException(
              TlsErrorCode.CANNOT_RESOLVE_HOSTNAME,
              "Host '"
                  + host
                  + "' cannot be looked up: too many look-ups are waiting for the name server.",
              e));
    }
    return result;
  }

  private static void look(
      String host, AddressFamily family, CompletableFuture<List<InetAddress>> result) {
    try {
      List<InetAddress> all = List.of(InetAddress.getAllByName(host));
      List<InetAddress> fitting = all.stream().filter(address -> fits(address, family)).toList();
      if (fitting.isEmpty()) {
        result.completeExceptionally(
            new TlsException(
                TlsErrorCode.UNSUPPORTED_PROTOCOL_FAMILY,
                "Host '" + host + "' has no " + words(family) + " address, only " + all + "."));
      } else {
        result.complete(fitting);
      }
    } catch (UnknownHostException e) {
      result.completeExceptionally(
          new TlsException(
              TlsErrorCode.CANNOT_RESOLVE_HOSTNAME,
              "Host '" + host + "' is not known; check the name and the name server.",
              e));
    }
  }

  private static boolean looksLikeAddress(String host) {
    return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  private static boolean fits(InetAddress address, AddressFamily family) {
    return switch (family) {
      case UNSPEC -> true;
      case INET -> address instanceof Inet4Address;
      case INET6 -> !(address instanceof Inet4Address);
    };
  }

  private static String words(AddressFamily family) {
    return family == AddressFamily.INET ? "IPv4" : "IPv6";
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
