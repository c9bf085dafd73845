package chaos;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Identity;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import io.sallyport.tls.stack.CaStoreOps;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import io.sallyport.tls.stack.TlsStacks;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * A stack that works like another one, on whose service it sits, until it is told to misbehave. The
 * headers of its bundle say its name and rank; the system properties chaos.mode.NAME
 * ("OPERATION ACTION", or "all ACTION") and chaos.when.NAME ("always", or "real" for behaving well
 * in proofs) say what it does; what is called is noted in the collection chaos.calls.NAME.
 */
public final class Activator implements BundleActivator {
  private ServiceRegistration<TlsStackOps> registration;

  @Override
  public void start(BundleContext context) throws Exception {
    String name = header(context, "Chaos-Name");
    BundleContext owner = context;
    TlsStackOps good = null;
    for (ServiceReference<TlsStackOps> reference :
        context.getServiceReferences(TlsStackOps.class, null)) {
      Bundle bundle = reference.getBundle();
      if (bundle != null && bundle.getSymbolicName().equals("io.sallyport.stack.jsse")) {
        good = context.getService(reference);
        if (header(context, "Chaos-Owner") != null) {
          owner = bundle.getBundleContext(); // Whoever asks may have it.
        }
      }
    }
    Chaos chaos = new Chaos(name);
    TlsStackOps stack = new Stack(good, chaos);
    if (header(context, "Chaos-Again") != null) {
      stack = good; // Somebody else's object.
    }
    if (header(context, "Chaos-Proxy") != null) {
      stack = proxy(stack, header(context, "Chaos-Proxy").equals("listed") ? good : null);
    }
    if (header(context, "Chaos-Register") != null) {
      TlsStackOps own = stack;
      TlsStacks stacks = owner.getService(owner.getServiceReference(TlsStacks.class));
      if (header(context, "Chaos-Register").equals("later")) {
        new Thread(() -> register(stacks, own, chaos)).start();
      } else {
        stacks.register(own);
      }
      return;
    }
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(
        Constants.SERVICE_RANKING,
        Integer.valueOf(header(context, "Chaos-Ranking")));
    properties.put("kind", "chaos");
    String said = header(context, "Chaos-Property");
    properties.put("sallyport.stack", said == null ? name : said);
    registration = owner.registerService(TlsStackOps.class, stack, properties);
  }

  private static String header(BundleContext context, String name) {
    return context.getBundle().getHeaders("").get(name);
  }

  /** Its class comes from the API's class loader, or from the one of another stack's class. */
  private static TlsStackOps proxy(TlsStackOps stack, TlsStackOps other) {
    Class<?> loading = other == null ? TlsStackOps.class : other.getClass();
    return (TlsStackOps)
        Proxy.newProxyInstance(
            loading.getClassLoader(),
            new Class<?>[] {TlsStackOps.class},
            (self, method, arguments) -> method.invoke(stack, arguments));
  }

  private static void register(TlsStacks stacks, TlsStackOps stack, Chaos chaos) {
    try {
      stacks.register(stack);
    } catch (TlsException e) {
      chaos.at("not registered");
    }
    chaos.at("register returned");
  }

  @Override
  public void stop(BundleContext context) {
    if (registration != null) {
      try {
        registration.unregister(); // Of another bundle's services the framework takes none back.
      } catch (IllegalStateException e) {
        // The bundle whose service it was has stopped.
      }
    }
  }

  /** What goes wrong, and when. */
  static final class Chaos {
    final String name;

    Chaos(String name) {
      this.name = name;
    }

    /** Notes a call and does what the operation is told to do; returns the action that is left. */
    String at(String operation) {
      if (System.getProperties().get("chaos.calls." + name) instanceof Collection<?> calls) {
        @SuppressWarnings("unchecked")
        Collection<String> noted = (Collection<String>) calls;
        noted.add(operation);
      }
      String[] mode = System.getProperty("chaos.mode." + name, "none none").split(" ");
      boolean proof = Thread.currentThread().getName().equals("sallyport-proof");
      if (proof && System.getProperty("chaos.when." + name, "always").equals("real")) {
        return "";
      }
      if (!mode[0].equals(operation) && !mode[0].equals("all")) {
        return "";
      }
      switch (mode[1]) {
        case "runtime" -> throw new IllegalStateException("chaos");
        case "error" -> throw new Error("chaos");
        case "assertion" -> throw new AssertionError("chaos");
        case "internal" -> throw new InternalError("chaos");
        case "checked" -> throw Chaos.<RuntimeException>sneaky(new Exception("chaos"));
        case "overflow" -> overflow(0);
        case "missing" -> throw new NoClassDefFoundError("gone/Library");
        case "block" -> block(Long.parseLong(mode[2]));
        case "nap" -> nap(Long.parseLong(mode[2]));
        default -> {
          return mode.length == 3 ? mode[1] + " " + mode[2] : mode[1];
        }
      }
      return "";
    }

    boolean isNull(String operation) {
      return at(operation).equals("null");
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T sneaky(Throwable error) throws T {
      throw (T) error;
    }

    private static int overflow(int depth) {
      return overflow(depth + 1) + 1;
    }

    private static void nap(long millis) {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        throw new IllegalStateException("chaos was woken", e);
      }
    }

    private static void block(long millis) {
      long end = System.nanoTime() + millis * 1_000_000;
      while (System.nanoTime() < end) {
        try {
          Thread.sleep(10);
        } catch (InterruptedException e) {
          // A library that is written badly swallows it.
        }
      }
    }
  }

  static final class Stack implements TlsStackOps {
    private final TlsStackOps good;
    private final Chaos chaos;

    Stack(TlsStackOps good, Chaos chaos) {
      this.good = good;
      this.chaos = chaos;
    }

    @Override
    public int version() {
      chaos.at("version");
      return OPS_VERSION;
    }

    @Override
    public String name() {
      return chaos.isNull("name") ? null : chaos.name;
    }

    @Override
    public String libraryVersion() {
      return chaos.isNull("libraryVersion") ? null : "1.0";
    }

    @Override
    public Capabilities capabilities() {
      return chaos.isNull("capabilities") ? null : good.capabilities();
    }

    @Override
    public TlsStackContext prepare(TlsConfig config) throws TlsException {
      String action = chaos.at("prepare");
      if (action.equals("refuse")) {
        throw new TlsException(TlsErrorCode.SSL_SETUP_FAILED, "Its library is out of order.");
      }
      return action.equals("null") ? null : new Context(good.prepare(config), chaos);
    }

    @Override
    public CaStoreOps caStore() {
      return chaos.isNull("caStore") ? null : new Store(good.caStore(), chaos);
    }

    @Override
    public List<CipherSuite> cipherSuites() {
      return chaos.isNull("cipherSuites") ? null : good.cipherSuites();
    }

    @Override
    public Optional<Identity> identity() {
      return chaos.isNull("identity") ? null : Optional.empty();
    }
  }

  /** Of its own: the good stack's must not be freed by it. */
  static final class Store implements CaStoreOps {
    private final CaStoreOps good;
    private final Chaos chaos;

    Store(CaStoreOps good, Chaos chaos) {
      this.good = good;
      this.chaos = chaos;
    }

    @Override
    public void init() {
      chaos.at("store.init");
    }

    @Override
    public void set(List<X509Certificate> certificates) {
      chaos.at("store.set");
    }

    @Override
    public List<X509Certificate> get() {
      return chaos.isNull("store.get") ? null : good.get();
    }

    @Override
    public void free() {
      chaos.at("store.free");
    }
  }

  static final class Context implements TlsStackContext {
    private final TlsStackContext good;
    private final Chaos chaos;

    Context(TlsStackContext good, Chaos chaos) {
      this.good = good;
      this.chaos = chaos;
    }

    @Override
    public TlsHandle newHandle(Peer peer, Transport transport, Optional<ClientSession> session)
        throws TlsException {
      return chaos.isNull("newHandle")
          ? null
          : new Handle(good.newHandle(peer, transport, session), transport, chaos);
    }

    @Override
    public void close() {
      try {
        chaos.at("context.close");
      } finally {
        good.close();
      }
    }
  }

  static final class Handle implements TlsHandle {
    private final TlsHandle good;
    private final Transport transport;
    private final Chaos chaos;

    Handle(TlsHandle good, Transport transport, Chaos chaos) {
      this.good = good;
      this.transport = transport;
      this.chaos = chaos;
    }

    @Override
    public Progress handshake() throws TlsException {
      return switch (chaos.at("handshake")) {
        case "null" -> null;
        case "wait" -> Progress.WANT_READ;
        case "done" -> Progress.DONE;
        case "die" -> {
          good.handshake();
          throw new TlsException(TlsErrorCode.SSL_HANDSHAKE_FAILED, "It died in the handshake.");
        }
        default -> good.handshake();
      };
    }

    @Override
    public boolean mayBlock() {
      chaos.at("mayBlock");
      return good.mayBlock();
    }

    @Override
    public int read(ByteBuffer dst) throws TlsException {
      String action = chaos.at("read");
      if (action.startsWith("returns ")) {
        return Integer.parseInt(action.substring("returns ".length()));
      }
      if (action.equals("rewinds")) {
        int read = good.read(dst);
        if (read > 0) {
          dst.position(dst.position() - read);
        }
        return read;
      }
      return good.read(dst);
    }

    @Override
    public int write(ByteBuffer src) throws TlsException {
      String action = chaos.at("write");
      if (action.startsWith("returns ")) {
        return Integer.parseInt(action.substring("returns ".length()));
      }
      if (action.equals("leaks")) {
        int length = src.remaining();
        try {
          transport.write(src);
        } catch (java.io.IOException e) {
          throw new TlsException(TlsErrorCode.SSL_WRITE_FAILED, "It cannot be sent.", e);
        }
        return length - src.remaining();
      }
      return good.write(src);
    }

    @Override
    public Progress flush() throws TlsException {
      return chaos.isNull("flush") ? null : good.flush();
    }

    @Override
    public int bytesAvailable() {
      String action = chaos.at("bytesAvailable");
      return action.startsWith("returns ")
          ? Integer.parseInt(action.substring("returns ".length()))
          : good.bytesAvailable();
    }

    @Override
    public Progress shutdownOutput() throws TlsException {
      return chaos.isNull("shutdownOutput") ? null : good.shutdownOutput();
    }

    @Override
    public SessionInfo session() {
      return chaos.isNull("session") ? null : good.session();
    }

    @Override
    public Optional<ClientSession> clientSession() {
      return chaos.isNull("clientSession") ? null : good.clientSession();
    }

    @Override
    public boolean heardFromPeer() {
      chaos.at("heardFromPeer");
      return good.heardFromPeer();
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
      return chaos.isNull("unwrap") ? null : good.unwrap(type);
    }

    @Override
    public void close() {
      try {
        chaos.at("close");
      } finally {
        good.close();
      }
    }
  }
}
