package io.sallyport.core.osgi;

import io.sallyport.core.connection.Connections;
import io.sallyport.core.credential.GlobalCaStore;
import io.sallyport.core.credential.PlatformCredentials;
import io.sallyport.core.key.KeyProviders;
import io.sallyport.core.registry.Candidate;
import io.sallyport.core.registry.Choice;
import io.sallyport.core.registry.StackRegistry;
import io.sallyport.core.session.SessionSealer;
import io.sallyport.tls.CaStore;
import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.ClientSessions;
import io.sallyport.tls.Credentials;
import io.sallyport.tls.DrainListener;
import io.sallyport.tls.Peer;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.Tls;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsEndpoint;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import io.sallyport.tls.Trust;
import io.sallyport.tls.key.KeyProvider;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.ConnectionDTO;
import io.sallyport.tls.stack.HandshakesDTO;
import io.sallyport.tls.stack.PassedOverStack;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.StackEvent;
import io.sallyport.tls.stack.StackEventListener;
import io.sallyport.tls.stack.StackListener;
import io.sallyport.tls.stack.StagedSwap;
import io.sallyport.tls.stack.SwapOptions;
import io.sallyport.tls.stack.SwapResult;
import io.sallyport.tls.stack.TlsStackOps;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The platform, and the whiteboard that stacks are put on. It is the service {@link Tls} itself;
 * bundles get {@link io.sallyport.tls.stack.TlsStacks} by way of {@link StacksOfBundle}, so that
 * nobody calls for somebody else.
 */
@Component(
    service = {Tls.class, Platform.class},
    configurationPid = "io.sallyport.core",
    immediate = true)
@Designate(ocd = CoreSettings.class)
public final class Platform implements Tls {
  private final Logger logger;
  private final BundleContext context;
  private final Credentials credentials = new PlatformCredentials();
  private final KeyProviders keyProviders = new KeyProviders();
  private final List<PassedOverStack> passedOver = new CopyOnWriteArrayList<>();
  private final Audience audience;
  private final GlobalCaStore caStore;
  private final GlobalAuthorities globalAuthorities;
  private final RegisteredByHand registeredByHand = new RegisteredByHand(this::takeBack);
  private final StackRegistry registry;
  private final Connections connections;
  private final ClientSessions clientSessions;
  private volatile boolean insecureMode;

  /** Begins without a stack. */
  @Activate
  public Platform(
      @Reference(service = LoggerFactory.class) Logger logger,
      BundleContext context,
      CoreSettings settings) {
    this.logger = logger;
    this.context = context;
    this.globalAuthorities = new GlobalAuthorities(context, logger);
    this.caStore = new GlobalCaStore(this::caStoreChanged);
    this.audience = new Audience(logger, this::anyActive);
    this.registry =
        new StackRegistry(
            PolicyReader.read(settings, Choice.ANY, logger),
            new LoggedEvents(logger, audience::happened),
            caStore::certificates,
            keyProviders::resolve);
    this.connections = new Connections(this::openOnce);
    context.addBundleListener(registeredByHand);
    this.clientSessions = new SessionSealer(registry::stack);
    this.insecureMode = settings.insecure_mode();
    warnAboutInsecureMode();
    globalAuthorities.use(settings.global_ca_file(), caStore);
  }

  @Modified
  void modified(CoreSettings settings) {
    insecureMode = settings.insecure_mode();
    warnAboutInsecureMode();
    globalAuthorities.use(settings.global_ca_file(), caStore);
    registry.policy(PolicyReader.read(settings, registry.policy().choice(), logger));
  }

  @Deactivate
  void deactivate() {
    context.removeBundleListener(registeredByHand);
    connections.close();
    registry.close();
    audience.close();
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindStack")
  void bindStack(TlsStackOps ops, ServiceReference<TlsStackOps> reference) {
    Map<String, Object> properties = new HashMap<>();
    for (String key : reference.getPropertyKeys()) {
      properties.put(key, reference.getProperty(key));
    }
    registry.appear(
        new Candidate(
            ops,
            StackSource.ofService(ops, reference.getBundle()).origins(),
            properties.get(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0,
            id(reference),
            properties));
  }

  /** By its service: the same object may be registered by another bundle, too. */
  void unbindStack(ServiceReference<TlsStackOps> reference) {
    registry.remove(id(reference), drainTime());
  }

  private static long id(ServiceReference<TlsStackOps> reference) {
    return (Long) reference.getProperty(Constants.SERVICE_ID); // Every service has one.
  }

  private void takeBack(Candidate candidate) {
    registry.remove(candidate, drainTime());
  }

  /** When all ends there is nothing to drain for. */
  private @Nullable Duration drainTime() {
    boolean ending = context.getBundle(0).getState() == Bundle.STOPPING;
    return ending ? Duration.ZERO : null;
  }

  private boolean anyActive() {
    return registry.active().isPresent();
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindKeyProvider")
  void bindKeyProvider(KeyProvider provider) {
    keyProviders.add(provider);
    registry.keysChanged(provider.name());
  }

  void unbindKeyProvider(KeyProvider provider) {
    keyProviders.remove(provider);
    registry.keysChanged(provider.name());
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindStackListener")
  void bindStackListener(StackListener listener) {
    audience.addStackListener(listener);
  }

  void unbindStackListener(StackListener listener) {
    audience.removeStackListener(listener);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindEventListener")
  void bindEventListener(StackEventListener listener) {
    audience.addEventListener(listener);
  }

  void unbindEventListener(StackEventListener listener) {
    audience.removeEventListener(listener);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindPassedOver")
  void bindPassedOver(PassedOverStack stack) {
    passedOver.add(stack);
  }

  void unbindPassedOver(PassedOverStack stack) {
    passedOver.remove(stack);
  }

  private void caStoreChanged() {
    registry.globalStoreChanged();
  }

  private void warnAboutInsecureMode() {
    if (insecureMode) {
      logger.warn(
          "Insecure mode is on: configurations may skip the verification of their servers; switch"
              + " insecure.mode off in io.sallyport.core.");
    }
  }

  // ---- Tls

  @Override
  public TlsConnection connect(String host, int port, ClientConfig config) throws TlsException {
    return connections.connect(host, port, config);
  }

  @Override
  public TlsConnection connect(String host, int port, ClientConfig config, ClientSession session)
      throws TlsException {
    return connections.connect(host, port, config, Optional.of(session));
  }

  @Override
  public TlsConnection connect(URI uri, ClientConfig config) throws TlsException {
    return connections.connect(uri, config);
  }

  @Override
  public TlsConnection open(String host, int port, ClientConfig config) throws TlsException {
    return connections.open(host, port, config);
  }

  @Override
  public TlsConnection open(String host, int port, ClientConfig config, ClientSession session)
      throws TlsException {
    return connections.open(host, port, config, Optional.of(session));
  }

  @Override
  public TlsConnection open(URI uri, ClientConfig config) throws TlsException {
    return connections.open(uri, config);
  }

  @Override
  public CompletionStage<TlsConnection> connectAsync(String host, int port, ClientConfig config) {
    return connections.connectAsync(host, port, config);
  }

  @Override
  public TlsConnection adopt(SocketChannel connected, String host, ClientConfig config)
      throws TlsException {
    return connections.adopt(connected, host, config);
  }

  @Override
  public TlsConnection accept(SocketChannel connected, ServerConfig config) throws TlsException {
    return connections.accept(connected, config);
  }

  @Override
  public TlsConnection openServer(SocketChannel connected, ServerConfig config)
      throws TlsException {
    return connections.openServer(connected, config);
  }

  @Override
  public TlsEndpoint endpoint(String name, TlsConfig config) throws TlsException {
    if (config instanceof ClientConfig client && client.plainTcp()) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG, "A plain TCP configuration has no TLS endpoint.");
    }
    warnAboutIgnored(config);
    registry.use(name, config);
    return new Endpoint(name, config);
  }

  @Override
  public Credentials credentials() {
    return credentials;
  }

  @Override
  public ClientSessions clientSessions() {
    return clientSessions;
  }

  @Override
  public CaStore caStore() {
    return caStore;
  }

  @Override
  public List<CipherSuite> cipherSuites() {
    return registry.registered().map(TlsStackOps::cipherSuites).orElse(List.of());
  }

  private TlsHandle openOnce(
      TlsConfig config,
      Peer peer,
      Transport transport,
      DrainListener onDrain,
      Optional<ClientSession> session)
      throws TlsException {
    warnAboutIgnored(config);
    checkInsecure(config, peer);
    return registry.openOnce(config, peer, transport, onDrain, session);
  }

  private void warnAboutIgnored(TlsConfig config) {
    if (config instanceof ClientConfig client) {
      client
          .ignored()
          .forEach(ignored -> logger.warn("A client configuration ignores {}.", ignored));
    }
  }

  /** What weakens a connection takes two switches and is never silent. */
  private void checkInsecure(TlsConfig config, Peer peer) throws TlsException {
    if (config.trust() instanceof Trust.Insecure) {
      if (!insecureMode) {
        throw new TlsException(
            TlsErrorCode.SSL_SETUP_FAILED,
            "The configuration for "
                + peer
                + " skips the verification of the server, but the platform's insecure mode is off;"
                + " give certificate authorities, or set insecure.mode in io.sallyport.core too.");
      }
      logger.warn("INSECURE: the identity of {} is not verified.", peer);
    }
    if (config.keyLog().isPresent()) {
      if (!insecureMode) {
        throw new TlsException(
            TlsErrorCode.SSL_SETUP_FAILED,
            "The configuration for "
                + peer
                + " logs the connection's secrets, but the platform's insecure mode is off; take"
                + " the key log away, or set insecure.mode in io.sallyport.core too.");
      }
      logger.warn("INSECURE: the secrets of the connection with {} are logged.", peer);
    }
  }

  private final class Endpoint implements TlsEndpoint {
    private final String name;
    private final TlsConfig config;
    private final AtomicBoolean closed = new AtomicBoolean();

    Endpoint(String name, TlsConfig config) {
      this.name = name;
      this.config = config;
    }

    @Override
    public TlsConfig config() {
      return config;
    }

    @Override
    public TlsHandle open(Peer peer, Transport transport, DrainListener onDrain)
        throws TlsException {
      return open(peer, transport, onDrain, Optional.empty());
    }

    @Override
    public TlsHandle open(
        Peer peer, Transport transport, DrainListener onDrain, ClientSession session)
        throws TlsException {
      return open(peer, transport, onDrain, Optional.of(session));
    }

    private TlsHandle open(
        Peer peer, Transport transport, DrainListener onDrain, Optional<ClientSession> session)
        throws TlsException {
      if (closed.get()) {
        throw new TlsException(
            TlsErrorCode.INVALID_STATE, "The endpoint is closed; make a new one.");
      }
      checkInsecure(config, peer);
      return registry.open(config, peer, transport, onDrain, session);
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        registry.release(name, config);
      }
    }
  }

  // ---- what StacksOfBundle answers

  /**
   * Registers a stack for a bundle.
   *
   * @param caller who registers it; the system bundle for the program that embeds the framework,
   *     null when nobody knows
   */
  void register(@Nullable TlsStackOps ops, @Nullable Bundle caller) throws TlsException {
    if (ops == null) {
      registry.register(null);
      return;
    }
    StackSource source = StackSource.ofCall(ops, caller);
    Candidate candidate = Candidate.byHand(ops, source.origins());
    registeredByHand.add(candidate, source.bundles()); // One may stop while the stack is proved.
    try {
      registry.register(candidate);
    } catch (TlsException | RuntimeException e) {
      registeredByHand.remove(candidate);
      throw e;
    }
    registeredByHand.registered(candidate, source.bundles());
  }

  /** See {@link io.sallyport.tls.stack.TlsStacks#refusal}. */
  Optional<String> refusal(TlsStackOps ops, long bundleId) {
    return registry.refusal(StackSource.ofService(ops, context.getBundle(bundleId)).origins());
  }

  void unregister() throws TlsException {
    registry.unregister();
    registeredByHand.keep(registry::contains);
  }

  Optional<TlsStackOps> registered() {
    return registry.registered();
  }

  SwapResult swap(String target, SwapOptions options) throws TlsException {
    return registry.swap(PolicyReader.choice(target), options);
  }

  StagedSwap prepare(String target, SwapOptions options) throws TlsException {
    return registry.prepare(PolicyReader.choice(target), options);
  }

  StagedSwap trial(String target, int percent, SwapOptions options) throws TlsException {
    return registry.trial(PolicyReader.choice(target), percent, options);
  }

  SwapResult commit() throws TlsException {
    return registry.commit();
  }

  void abort() throws TlsException {
    registry.abort();
  }

  Optional<StagedSwap> staged() {
    return registry.staged();
  }

  void readmit(String name) throws TlsException {
    registry.readmit(name);
  }

  List<StackEvent> events(int limit) {
    return registry.events(limit);
  }

  List<StackDTO> candidates() {
    List<StackDTO> candidates = new ArrayList<>(registry.candidates());
    for (PassedOverStack stack : passedOver) {
      candidates.add(
          new StackDTO(
              stack.name(),
              "",
              stack.bundle(),
              0,
              CandidateState.PASSED_OVER,
              stack.reason(),
              0,
              stack.since(),
              0,
              0,
              HandshakesDTO.NONE));
    }
    return List.copyOf(candidates);
  }

  List<ConnectionDTO> connections(int limit) {
    return registry.connections(limit);
  }
}
