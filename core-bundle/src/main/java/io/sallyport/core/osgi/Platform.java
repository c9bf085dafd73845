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
import io.sallyport.tls.stack.StackEventType;
import io.sallyport.tls.stack.StackListener;
import io.sallyport.tls.stack.StagedSwap;
import io.sallyport.tls.stack.SwapOptions;
import io.sallyport.tls.stack.SwapResult;
import io.sallyport.tls.stack.TlsStackOps;
import io.sallyport.tls.stack.TlsStacks;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
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

/** The platform's two services, and the whiteboard that stacks are put on. */
@Component(
    service = {Tls.class, Platform.class},
    configurationPid = "io.sallyport.core",
    immediate = true)
@Designate(ocd = CoreSettings.class)
public final class Platform implements Tls, TlsStacks {
  /** Matches no list of allowed stacks but one that allows all. */
  private static final String UNKNOWN_BUNDLE = "(unknown)";

  private final Logger logger;
  private final BundleContext context;
  private final Credentials credentials = new PlatformCredentials();
  private final KeyProviders keyProviders = new KeyProviders();
  private final List<StackListener> stackListeners = new CopyOnWriteArrayList<>();
  private final List<PassedOverStack> passedOver = new CopyOnWriteArrayList<>();
  private final List<StackEventListener> eventListeners = new CopyOnWriteArrayList<>();
  private final GlobalCaStore caStore;
  private final GlobalAuthorities globalAuthorities;
  private final RegisteredByHand registeredByHand = new RegisteredByHand(this::unbindStack);
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
    this.registry =
        new StackRegistry(
            PolicyReader.read(settings, Choice.ANY, logger),
            new LoggedEvents(logger, this::happened),
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
    Bundle bundle = reference.getBundle();
    registry.add(
        new Candidate(
            ops,
            bundle == null ? UNKNOWN_BUNDLE : symbolicName(bundle),
            properties.get(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0,
            properties.get(Constants.SERVICE_ID) instanceof Long id ? id : Long.MAX_VALUE - 1,
            properties,
            () -> bundle == null ? Set.of() : BundleSigners.of(bundle)));
  }

  private static String symbolicName(Bundle bundle) {
    String name = bundle.getSymbolicName();
    return name == null || name.isBlank() ? UNKNOWN_BUNDLE : name;
  }

  /** When all ends there is nothing to drain for. */
  void unbindStack(TlsStackOps ops) {
    boolean ending = context.getBundle(0).getState() == Bundle.STOPPING;
    registry.remove(ops, ending ? Duration.ZERO : null);
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
    stackListeners.add(listener);
    registry.registered().ifPresent(active -> tell(listener, active.name()));
  }

  void unbindStackListener(StackListener listener) {
    stackListeners.remove(listener);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindEventListener")
  void bindEventListener(StackEventListener listener) {
    eventListeners.add(listener);
  }

  void unbindEventListener(StackEventListener listener) {
    eventListeners.remove(listener);
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

  private void happened(StackEvent event) {
    if (event.type() == StackEventType.ACTIVATED) {
      stackListeners.forEach(listener -> tell(listener, event.stack()));
    }
    for (StackEventListener listener : eventListeners) {
      try {
        listener.happened(event);
      } catch (RuntimeException e) {
        logger.warn("A listener for events of stacks failed: {}", e.toString());
      }
    }
  }

  private void tell(StackListener listener, String stack) {
    try {
      listener.activated(stack);
    } catch (RuntimeException e) {
      logger.warn("A listener for stacks failed: {}", e.toString());
    }
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

  // ---- TlsStacks

  @Override
  public void register(@Nullable TlsStackOps ops) throws TlsException {
    register(ops, null);
  }

  /**
   * Registers a stack for a bundle. The gate looks at the bundle that its class comes from; at the
   * caller's where that is none, as with a proxy.
   *
   * @param caller who registers it; null for the program that embeds the framework
   */
  void register(@Nullable TlsStackOps ops, @Nullable Bundle caller) throws TlsException {
    Bundle own = ops == null ? null : FrameworkUtil.getBundle(ops.getClass());
    Bundle bundle = own == null ? caller : own;
    registry.register(
        ops,
        bundle == null || bundle.getBundleId() == Constants.SYSTEM_BUNDLE_ID
            ? ""
            : symbolicName(bundle),
        () -> bundle == null ? Set.of() : BundleSigners.of(bundle));
    if (ops != null && bundle != null) {
      registeredByHand.add(bundle, ops);
    }
  }

  @Override
  public void unregister() throws TlsException {
    registry.unregister();
    registeredByHand.keep(registry::contains);
  }

  @Override
  public Optional<TlsStackOps> registered() {
    return registry.registered();
  }

  @Override
  public SwapResult swap(String target, SwapOptions options) throws TlsException {
    return registry.swap(PolicyReader.choice(target), options);
  }

  @Override
  public StagedSwap prepare(String target, SwapOptions options) throws TlsException {
    return registry.prepare(PolicyReader.choice(target), options);
  }

  @Override
  public StagedSwap trial(String target, int percent, SwapOptions options) throws TlsException {
    return registry.trial(PolicyReader.choice(target), percent, options);
  }

  @Override
  public SwapResult commit() throws TlsException {
    return registry.commit();
  }

  @Override
  public void abort() throws TlsException {
    registry.abort();
  }

  @Override
  public Optional<StagedSwap> staged() {
    return registry.staged();
  }

  @Override
  public void readmit(String name) throws TlsException {
    registry.readmit(name);
  }

  @Override
  public List<StackEvent> events(int limit) {
    return registry.events(limit);
  }

  @Override
  public List<StackDTO> candidates() {
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

  @Override
  public List<ConnectionDTO> connections(int limit) {
    return registry.connections(limit);
  }
}
