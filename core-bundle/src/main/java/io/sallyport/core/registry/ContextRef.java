package io.sallyport.core.registry;

import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.stack.TlsStackContext;

/**
 * A prepared context, the leases that open handles have on it, and what was seen of its use. It is
 * closed after its maker has dropped it and the last lease has been given back.
 */
final class ContextRef {
  private final TlsConfig config;
  private final TlsStackContext context;
  private final String keyLocation;
  private final LeaseCounter leases;
  private final ObservedUse use;

  /**
   * Takes a context over.
   *
   * @param config what it was prepared for
   * @param keyLocation where the own private key lives
   * @param use what is seen of its use is noted there
   * @param calls where its stack is seen being called
   * @param onClosed called once, after the context was closed
   */
  ContextRef(
      TlsConfig config,
      TlsStackContext context,
      String keyLocation,
      ObservedUse use,
      StackCalls calls,
      Runnable onClosed) {
    this.config = config;
    this.context = context;
    this.keyLocation = keyLocation;
    this.use = use;
    this.leases =
        new LeaseCounter(
            () -> {
              int call = calls.begin(StackCalls.Operation.CLOSE_CONTEXT);
              try {
                context.close();
              } catch (Throwable e) {
                // A stack that cannot close a context must not keep its generation from its end.
              } finally {
                calls.end(call);
                onClosed.run();
              }
            });
  }

  TlsConfig config() {
    return config;
  }

  TlsStackContext context() {
    return context;
  }

  String keyLocation() {
    return keyLocation;
  }

  ObservedUse use() {
    return use;
  }

  /** A lease, or {@link LeaseCounter#REFUSED} once it has been dropped. */
  int lease() {
    return leases.acquire();
  }

  void release(int lease) {
    leases.release(lease);
  }

  /** Gives out no more leases. Called once, by its maker. */
  void drop() {
    leases.close();
  }
}
