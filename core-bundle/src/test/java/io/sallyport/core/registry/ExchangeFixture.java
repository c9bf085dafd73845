package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import io.sallyport.tls.stack.StackDTO;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** A registry with small numbers, and stacks and peers that do as they are told. */
abstract class ExchangeFixture {
  static final Peer PEER = new Peer("peer", 1);
  static final Peer SCANNER = new Peer("scanner", 1);

  final RecordedEvents events = new RecordedEvents();
  final TlsConfig config = config();
  StackRegistry registry = registry(quick());
  long serviceIds;

  static TlsConfig config() {
    try {
      return ClientConfig.builder()
          .authorities(List.of(CertificateAuthority.root("CN=CA").authorityCertificate()))
          .build();
    } catch (TlsException e) {
      throw new IllegalStateException(e);
    }
  }

  StackRegistry registry(Policy policy) {
    return new StackRegistry(policy, events, List::of, ConfigResolver.NOTHING);
  }

  /** Small numbers, so that a test sees a rule work. */
  static Policy quick() {
    Policy usual = Policy.DEFAULT;
    return new Policy(
        usual.choice(),
        usual.failover(),
        usual.greedy(),
        usual.gate(),
        new Policy.Exchange(Duration.ofMillis(300), Duration.ofSeconds(1), false),
        new Policy.Rollback(true, Duration.ofSeconds(20), 10, 0.2),
        new Policy.Trial(10, 0.1, 50, Duration.ofSeconds(20)),
        new Policy.Quarantine(3, Duration.ofSeconds(60), Duration.ofMillis(700)),
        false);
  }

  static Policy withFailover(Policy policy, Choice failover) {
    return new Policy(
        policy.choice(),
        failover,
        policy.greedy(),
        policy.gate(),
        policy.exchange(),
        policy.rollback(),
        policy.trial(),
        policy.quarantine(),
        policy.defaultStackOnly());
  }

  @AfterEach
  void close() {
    registry.close();
  }

  <T extends FakeStack> T add(T stack, int ranking) {
    registry.add(
        new Candidate(stack, "bundle." + stack.name(), ranking, serviceIds++, Map.of(), Set::of));
    return stack;
  }

  void begin(FakeStack active, FakeStack... others) throws Exception {
    add(active, 10);
    awaitActive(active.name());
    for (FakeStack other : others) {
      add(other, 1);
    }
    registry.use("route web", config);
  }

  String active() {
    return registry.registered().map(io.sallyport.tls.stack.TlsStackOps::name).orElse("");
  }

  void awaitActive(String name) throws InterruptedException {
    await(() -> active().equals(name));
  }

  static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(5);
    }
  }

  StackDTO dto(String name) {
    return registry.candidates().stream()
        .filter(candidate -> candidate.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static TlsErrorCode code(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(TlsException.class, call).code();
  }

  /** A transport whose peer has sent the fake handshake's one byte, or nothing. */
  static Transport peer(boolean speaks) {
    return new Transport() {
      boolean sent = !speaks;

      @Override
      public int read(ByteBuffer dst) {
        if (sent || !dst.hasRemaining()) {
          return 0;
        }
        sent = true;
        dst.put((byte) 'h');
        return 1;
      }

      @Override
      public int write(ByteBuffer src) {
        int count = src.remaining();
        src.position(src.limit());
        return count;
      }
    };
  }

  TlsHandle open() throws TlsException {
    return registry.open(config, PEER, peer(true), () -> {}, Optional.empty());
  }

  /** Opens a connection, shakes hands, closes it; the stack's name, or empty when it failed. */
  String connect() {
    return connect(PEER);
  }

  String connect(Peer peer) {
    try (TlsHandle handle = registry.open(config, peer, peer(true), () -> {}, Optional.empty())) {
      String stack = handle.provenance().orElseThrow().stack();
      handle.handshake();
      return stack;
    } catch (TlsException e) {
      return "";
    }
  }

  void connectUntil(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      connect();
      Thread.sleep(2);
    }
  }
}
