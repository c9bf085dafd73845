package io.sallyport.core.registry;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.DrainListener;
import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import io.sallyport.tls.stack.TlsStackContext;
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

  private final Transport transport = new NoTransport();
  private final NoStack stack = new NoStack();
  private final TlsStackContext bare = stack.prepare(null);
  private TlsConfig config;
  private ContextRef context;
  private StackRegistry registry;

  /** A registry with one stack that is active, and a context with nothing around it. */
  @Setup
  public void begin() throws TlsException {
    config = ClientConfig.builder().globalCaStore().build();
    context = new ContextRef(config, stack.prepare(config), "none", new ObservedUse(), () -> {});
    registry =
        new StackRegistry(Policy.DEFAULT, event -> {}, java.util.List::of, ConfigResolver.NOTHING);
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
    TlsHandle handle = bare.newHandle(PEER, transport, Optional.<ClientSession>empty());
    handle.close();
    return handle;
  }

  /** The same as a connection gets it: selection, lease, guard, list of connections. */
  @Benchmark
  public TlsHandle openAndClose() throws TlsException {
    TlsHandle handle = registry.open(config, PEER, transport, OWNER, Optional.empty());
    handle.close();
    return handle;
  }

  /** As the other one, for a configuration that no endpoint keeps in use. */
  @Benchmark
  public TlsHandle openOnceAndClose() throws TlsException {
    TlsHandle handle = registry.openOnce(config, PEER, transport, OWNER, Optional.empty());
    handle.close();
    return handle;
  }
}
