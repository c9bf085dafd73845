package io.sallyport.core.registry;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.DrainListener;
import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A generation of a {@link RaceStack}, and what is seen of it. */
final class RacedGeneration {
  static final Peer PEER = new Peer("peer", 1);

  /** Verifies by the global CA store, so that it is renewed with that. */
  static final TlsConfig CONFIG = config();

  static final Transport NOWHERE =
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

  private final RaceStack stack = new RaceStack("raced");
  private final AtomicInteger drained = new AtomicInteger();
  private final AtomicInteger inUseWhenDrained = new AtomicInteger();
  private final Generation generation;

  /** Begins an activation, with or without its context prepared. */
  RacedGeneration(boolean prepared) {
    generation =
        new Generation(
            1,
            new Candidate(stack, "", 0, 1, Map.of(), Set::of),
            new Proved(
                prepared ? Map.of(CONFIG, stack.prepare(CONFIG)) : Map.of(),
                false,
                stack.capabilities()),
            false,
            new AtomicLong(),
            ConfigResolver.NOTHING,
            new Configurations(),
            (broken, fault) -> {},
            () -> {
              drained.incrementAndGet();
              inUseWhenDrained.addAndGet(stack.inUse());
            });
  }

  private static TlsConfig config() {
    try {
      return ClientConfig.builder().globalCaStore().build();
    } catch (TlsException e) {
      throw new IllegalStateException(e);
    }
  }

  Generation generation() {
    return generation;
  }

  /** A handle, or null when it is retired. */
  @Nullable TlsHandle open(DrainListener onDrain) {
    try {
      return generation.open(CONFIG, PEER, NOWHERE, onDrain, Optional.empty()).orElse(null);
    } catch (TlsException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes a handle, uses it, and closes it; whether it got one. */
  boolean useOnce() {
    TlsHandle handle = open(() -> {});
    if (handle == null) {
      return false;
    }
    try (handle) {
      handle.flush();
      return true;
    } catch (TlsException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The store changed: contexts are made anew. */
  void renew() {
    generation.renewGlobalStore(
        config -> true,
        failure -> {
          throw new IllegalStateException(failure);
        });
  }

  /** Empty when all is well after its end, else what is not. */
  String verdict() {
    StringBuilder wrong = new StringBuilder();
    note(wrong, drained.get() != 1, "drained " + drained + " times");
    note(wrong, inUseWhenDrained.get() != 0, "drained before its last context was closed");
    note(wrong, stack.inUse() != 0, "contexts left: " + stack.inUse());
    note(wrong, stack.misuse() != 0, "used after its end");
    note(wrong, generation.connections() != 0, "connections left: " + generation.connections());
    return wrong.toString();
  }

  private static void note(StringBuilder wrong, boolean happened, String what) {
    if (happened) {
      wrong.append(wrong.length() == 0 ? "" : "; ").append(what);
    }
  }
}
