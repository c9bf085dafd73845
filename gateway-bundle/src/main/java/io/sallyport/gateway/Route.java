package io.sallyport.gateway;

import io.sallyport.gateway.relay.Addresses;
import io.sallyport.gateway.relay.Listener;
import io.sallyport.gateway.relay.RelaySettings;
import io.sallyport.gateway.relay.RouteLog;
import io.sallyport.gateway.relay.Traffic;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Tls;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsEndpoint;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * One route's life. A new configuration is built completely before it takes the place of the old
 * one; a bad one changes nothing but the problem that is shown. Confined to the control thread,
 * except {@link #status}.
 */
final class Route {
  /** Tries to get a port, or a stack, before the route waits for another configuration. */
  static final int TRIES = 10;

  private static final long FIRST_RETRY_MS = 500;
  private static final long LONGEST_RETRY_MS = 30_000;
  private static final long STOP_MS = 2000;
  private static final long CUT_MS = 500;
  private static final int DEFAULT_LIMIT = 10_000;

  private final String name;
  private final Gateway gateway;
  private final Tls tls;
  private final Path base;
  private final RouteLog log;
  private final Runnable onChange;
  private final Traffic traffic;
  private volatile Shown shown = new Shown("", "", "", RouteState.STARTING, "", DEFAULT_LIMIT);
  private Map<String, ?> configuration = Map.of();
  private Optional<Running> running = Optional.empty();
  private int attempt;
  private boolean stopping;
  private long stopDeadline;

  /**
   * @param base what relative file names are relative to
   * @param onChange called on the control thread when the state has changed
   */
  Route(String name, Gateway gateway, Tls tls, Path base, RouteLog log, Runnable onChange) {
    this.name = name;
    this.gateway = gateway;
    this.tls = tls;
    this.base = base;
    this.log = log;
    this.onChange = onChange;
    this.traffic = new Traffic(name, DEFAULT_LIMIT, log, gateway.loops()::inASecond);
  }

  /** What is in use. */
  private record Running(
      RouteSettings settings,
      Listener listener,
      Optional<TlsEndpoint> inbound,
      Optional<TlsEndpoint> outbound) {
    void closeEndpoints() {
      inbound.ifPresent(TlsEndpoint::close);
      outbound.ifPresent(TlsEndpoint::close);
    }
  }

  /** What is visible from outside. */
  private record Shown(
      String mode,
      String listen,
      String target,
      RouteState state,
      String problem,
      int maxConnections) {}

  /** Uses another configuration, or the same with files that may have changed. */
  void apply(Map<String, ?> values) {
    configuration = new HashMap<>(values);
    attempt++;
    tryIt(attempt, 1);
  }

  /** Reads the files of the configuration again. */
  void reload() {
    apply(configuration);
  }

  private void tryIt(int number, int tries) {
    if (stopping || number != attempt) {
      return; // Another configuration has come since.
    }
    try {
      Running fresh = build(RouteSettings.of(configuration));
      Optional<Running> old = running;
      running = Optional.of(fresh);
      traffic.limit(fresh.settings().maxConnections());
      old.ifPresent(previous -> retire(previous, fresh));
      show(RouteState.LISTENING, "");
      sayListening(fresh, old);
    } catch (RouteException e) {
      failed(number, tries, e);
    } catch (RuntimeException e) {
      failed(number, tries, RouteException.lasting("Route " + name + ": " + e + ".", e));
    }
  }

  private Running build(RouteSettings settings) throws RouteException {
    TlsConfigs configs = new TlsConfigs(settings, tls.credentials(), base);
    Optional<TlsConfig> server =
        settings.mode().tlsIn() ? Optional.of(configs.server()) : Optional.empty();
    NewestSession session = new NewestSession();
    Optional<TlsConfig> client =
        settings.mode().tlsOut() ? Optional.of(configs.client(session)) : Optional.empty();
    Optional<TlsEndpoint> inbound = Optional.empty();
    Optional<TlsEndpoint> outbound = Optional.empty();
    boolean built = false;
    try {
      inbound = endpoint(server);
      outbound = endpoint(client);
      if (settings.client().resumption()) {
        outbound = outbound.map(session::resuming);
      }
      Listener listener = listen(settings, relaySettings(settings, inbound, outbound));
      built = true;
      return new Running(settings, listener, inbound, outbound);
    } finally {
      if (!built) {
        inbound.ifPresent(TlsEndpoint::close);
        outbound.ifPresent(TlsEndpoint::close);
      }
    }
  }

  private Optional<TlsEndpoint> endpoint(Optional<TlsConfig> config) throws RouteException {
    if (config.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(tls.endpoint("route " + name, config.get()));
    } catch (TlsException e) {
      String sentence = "Route " + name + ": " + e.getMessage() + " [" + e.code() + "]";
      if (e.code() == TlsErrorCode.SE_FAILED || e.code() == TlsErrorCode.TIMEOUT) {
        throw RouteException.absent(sentence, e);
      }
      // Another stack may become active, or this one be exchanged at this very moment.
      throw e.code() == TlsErrorCode.INVALID_STATE || e.code() == TlsErrorCode.NOT_SUPPORTED
          ? RouteException.passing(sentence, e)
          : RouteException.lasting(sentence, e);
    }
  }

  private RelaySettings relaySettings(
      RouteSettings settings, Optional<TlsEndpoint> inbound, Optional<TlsEndpoint> outbound) {
    return new RelaySettings(
        inbound,
        outbound,
        gateway.loops().target(settings.target()),
        settings.server().keys().timeoutMs(),
        settings.client().keys().timeoutMs(),
        settings.idleTimeoutMs());
  }

  /** Keeps the socket where the address stays the same: then no connection is lost. */
  private Listener listen(RouteSettings settings, RelaySettings relaySettings)
      throws RouteException {
    if (running.isPresent() && running.get().settings().listen().equals(settings.listen())) {
      Listener listener = running.get().listener();
      listener.use(relaySettings);
      return listener;
    }
    Peer listen = settings.listen();
    InetSocketAddress address = new InetSocketAddress(listen.host(), listen.port());
    if (address.isUnresolved()) {
      throw RouteException.lasting(
          "Route "
              + name
              + ": 'listen' names '"
              + listen.host()
              + "', which has no address; give an address of this machine.");
    }
    try {
      return Listener.open(gateway.loops(), address, settings.backlog(), traffic, relaySettings);
    } catch (IOException e) {
      throw cannotListen(listen, e);
    }
  }

  private RouteException cannotListen(Peer listen, IOException cause) {
    String start = "Route " + name + ": cannot listen on " + listen;
    String reason = String.valueOf(cause.getMessage());
    if (reason.contains("in use")) {
      return RouteException.passing(
          start + ", the port is in use; stop the other program or change 'listen'.", cause);
    }
    if (reason.contains("ermission denied")) {
      return RouteException.lasting(
          start + " without more rights; take a port above 1023 in 'listen'.", cause);
    }
    if (reason.contains("assign")) {
      return RouteException.passing(
          start + ", this machine has no such address; correct 'listen'.", cause);
    }
    return RouteException.passing(start + " (" + reason + "); change 'listen'.", cause);
  }

  private void retire(Running old, Running fresh) {
    if (old.listener() != fresh.listener()) {
      old.listener().close();
    }
    old.closeEndpoints(); // Their connections go on.
  }

  private void sayListening(Running now, Optional<Running> before) {
    log.info(
        "Route "
            + name
            + " listens on "
            + Addresses.text(now.listener().address())
            + " ("
            + now.settings().mode()
            + " → "
            + now.settings().target()
            + (before.isPresent() ? "), by its new configuration." : ")."));
  }

  private void failed(int number, int tries, RouteException error) {
    String sentence = String.valueOf(error.getMessage());
    boolean again = error.isAbsence() || (error.isPassing() && tries < TRIES);
    if (running.isPresent()) {
      show(RouteState.LISTENING, sentence);
    } else {
      show(again ? RouteState.WAITING : RouteState.FAILED, sentence);
    }
    if (tries == 1 || !again) {
      log.warn(
          sentence
              + (running.isPresent() ? " The last good configuration stays in use." : "")
              + (again ? " It is tried again." : "")
              + (error.isPassing() && !again ? " Given up until the configuration changes." : ""));
    }
    if (again) {
      long delay = Math.min(FIRST_RETRY_MS << Math.min(tries - 1, TRIES), LONGEST_RETRY_MS);
      gateway.later(() -> tryIt(number, tries + 1), delay);
    }
  }

  private void show(RouteState state, String problem) {
    shown =
        running
            .map(
                now ->
                    new Shown(
                        now.settings().mode().toString(),
                        state == RouteState.LISTENING
                            ? Addresses.text(now.listener().address())
                            : "",
                        now.settings().target().toString(),
                        state,
                        problem,
                        now.settings().maxConnections()))
            .orElseGet(() -> new Shown("", "", "", state, problem, DEFAULT_LIMIT));
    onChange.run();
  }

  /** Stops listening and begins to end the connections in order. */
  void beginStop() {
    if (stopping) {
      return;
    }
    stopping = true;
    stopDeadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MS);
    running.ifPresent(now -> now.listener().close());
    Listener.endConnections(gateway.loops(), traffic);
  }

  /** Ends the route: waits a little for its connections, then cuts them off. */
  void stop() {
    beginStop();
    long left = TimeUnit.NANOSECONDS.toMillis(stopDeadline - System.nanoTime());
    if (!traffic.awaitEmpty(Math.max(0, left))) {
      Listener.cutConnections(gateway.loops(), traffic);
      traffic.awaitEmpty(CUT_MS);
    }
    running.ifPresent(Running::closeEndpoints);
    show(RouteState.STOPPED, "");
    running = Optional.empty();
    log.info("Route " + name + " has ended.");
  }

  /** The route now. Any thread. */
  RouteDTO status() {
    Shown now = shown;
    RouteDTO dto = new RouteDTO();
    dto.name = name;
    dto.mode = now.mode();
    dto.listen = now.listen();
    dto.target = now.target();
    dto.state = now.state();
    dto.problem = now.problem();
    dto.open = traffic.open();
    dto.maxConnections = now.maxConnections();
    dto.accepted = traffic.accepted();
    dto.failedHandshakes = traffic.failedHandshakes();
    dto.bytesIn = traffic.bytesIn();
    dto.bytesOut = traffic.bytesOut();
    dto.lastError = traffic.lastError().orElse("");
    dto.errors =
        traffic.errors().entrySet().stream()
            .collect(Collectors.toMap(entry -> entry.getKey().name(), Map.Entry::getValue));
    return dto;
  }
}
