package old;

import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.CaStoreOps;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import java.security.cert.X509Certificate;
import java.util.Hashtable;
import java.util.List;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/** A stack of a time when the table had no operation 'cipherSuites'. */
public final class Activator implements BundleActivator {
  @Override
  public void start(BundleContext context) {
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(Constants.SERVICE_RANKING, 1000);
    context.registerService(TlsStackOps.class, new Stack(), properties);
  }

  @Override
  public void stop(BundleContext context) {}

  static final class Stack implements TlsStackOps {
    @Override
    public int version() {
      return OPS_VERSION;
    }

    @Override
    public String name() {
      return "old";
    }

    @Override
    public String libraryVersion() {
      return "0.1";
    }

    @Override
    public Capabilities capabilities() {
      return Capabilities.builder().build();
    }

    @Override
    public TlsStackContext prepare(TlsConfig config) throws TlsException {
      throw new TlsException(TlsErrorCode.SSL_SETUP_FAILED, "It must not be asked.");
    }

    @Override
    public CaStoreOps caStore() {
      return new CaStoreOps() {
        @Override
        public void init() {}

        @Override
        public void set(List<X509Certificate> certificates) {}

        @Override
        public List<X509Certificate> get() {
          return List.of();
        }

        @Override
        public void free() {}
      };
    }
  }
}
