package io.sallyport.gateway.relay;

import io.netty.util.NetUtil;
import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A host and port to connect to. A name is looked up off the event loop, by one thread at a time,
 * and its addresses are used for a while. Thread-safe.
 */
public final class Target {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long FAILURE_FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Peer peer;
  private final Executor resolver;
  private Lookup last = Lookup.none();

  /**
   * @param resolver runs look-ups, which may block
   */
  public Target(Peer peer, Executor resolver) {
    this.peer = peer;
    this.resolver = resolver;
  }

  /** The host, as it was configured, and the port. */
  public Peer peer() {
    return peer;
  }

  /** Gives the addresses, at least one, or the reason why there are none, on the executor. */
  void resolve(
      Consumer<List<InetSocketAddress>> found, Consumer<TlsException> failed, Executor executor) {
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(peer.host());
    if (literal != null) {
      found.accept(List.of(literal(literal)));
      return;
    }
    CompletableFuture<?> unused =
        lookup()
            .whenCompleteAsync(
                (addresses, error) -> {
                  if (error == null) {
                    found.accept(addresses);
                  } else {
                    failed.accept(
                        new TlsException(
                            TlsErrorCode.CANNOT_RESOLVE_HOSTNAME,
                            "The target's name '"
                                + peer.host()
                                + "' has no address; check the name and the resolver.",
                            error));
                  }
                },
                executor);
  }

  private InetSocketAddress literal(byte[] address) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), peer.port());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("An address of " + address.length + " bytes.", e);
    }
  }

  private CompletableFuture<List<InetSocketAddress>> lookup() {
    Lookup fresh;
    synchronized (this) {
      long now = System.nanoTime();
      if (last.isUsable(now)) {
        return last.result;
      }
      fresh = new Lookup(new CompletableFuture<>(), now);
      last = fresh;
    }
    try {
      resolver.execute(() -> run(fresh.result));
    } catch (RejectedExecutionException e) {
      fresh.result.completeExceptionally(e);
    }
    return fresh.result;
  }

  private void run(CompletableFuture<List<InetSocketAddress>> result) {
    try {
      result.complete(
          Stream.of(InetAddress.getAllByName(peer.host()))
              .map(address -> new InetSocketAddress(address, peer.port()))
              .toList());
    } catch (UnknownHostException | RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  private record Lookup(CompletableFuture<List<InetSocketAddress>> result, long startedAt) {
    static Lookup none() {
      return new Lookup(
          CompletableFuture.failedFuture(new UnknownHostException()),
          System.nanoTime() - FRESH_NANOS);
    }

    boolean isUsable(long now) {
      if (!result.isDone()) {
        return true;
      }
      return now - startedAt
          < (result.isCompletedExceptionally() ? FAILURE_FRESH_NANOS : FRESH_NANOS);
    }
  }

  @Override
  public String toString() {
    return peer.toString();
  }
}
