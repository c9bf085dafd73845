package io.sallyport.core.registry;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.DrainListener;
import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import io.sallyport.tls.stack.TlsStackContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What exchangeable stacks cost a connection: the lease alone, and everything that the registry
 * does for it, on a stack that does nothing. Run it with several numbers of threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LeaseBenchmark {
  private static final Peer PEER = new Peer("peer", 1);
  private static final DrainListener OWNER = () -> {};

  private static final Transport NOWHERE =
      new Transport() {
        @Override
        public int read(ByteBuffer dst) {
          return 0;
        }

        @Override
        public int write(ByteBuffer src) {
          return 0;
        }
      };

  private final NoStack stack = new NoStack();
  private final TlsConfig config;
  private final TlsStackContext bare;
  private final ContextRef context;
  private final StackRegistry registry;

  /** A registry without a stack, and a context with nothing around it. */
  public LeaseBenchmark() {
    try {
      config = ClientConfig.builder().globalCaStore().build();
    } catch (TlsException e) {
      throw new IllegalStateException(e);
    }
    bare = stack.prepare(config);
    context = new ContextRef(config, bare, "none", new ObservedUse(), new StackCalls(), () -> {});
    registry = new StackRegistry(Policy.DEFAULT, event -> {}, List::of, ConfigResolver.NOTHING);
  }

  /** The stack becomes active. */
  @Setup
  public void begin() throws TlsException {
    registry.register(stack, "", Set::of);
    registry.use("benchmark", config);
  }

  /** Ends the registry's thread. */
  @TearDown
  public void end() {
    registry.close();
  }

  /** The lease that keeps a stack from being closed under a connection. */
  @Benchmark
  public int leaseAndRelease() {
    int lease = context.lease();
    context.release(lease);
    return lease;
  }

  /** A handle of a stack that does nothing, without the registry: the floor. */
  @Benchmark
  public TlsHandle openAndCloseWithoutRegistry() throws TlsException {
    TlsHandle handle = bare.newHandle(PEER, NOWHERE, Optional.empty());
    handle.close();
    return handle;
  }

  /** The same as a connection gets it: selection, lease, guard, list of connections. */
  @Benchmark
  public TlsHandle openAndClose() throws TlsException {
    TlsHandle handle = registry.open(config, PEER, NOWHERE, OWNER, Optional.empty());
    handle.close();
    return handle;
  }

  /** As the other one, for a configuration that no endpoint keeps in use. */
  @Benchmark
  public TlsHandle openOnceAndClose() throws TlsException {
    TlsHandle handle = registry.openOnce(config, PEER, NOWHERE, OWNER, Optional.empty());
    handle.close();
    return handle;
  }
}
