package io.sallyport.stack.bouncycastle;

import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.TlsStackOps;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * Publishes the stack. It registers the service itself, because Declarative Services would publish
 * a component before it is known to work.
 */
@Component(
    service = {},
    immediate = true)
@Capability(namespace = "osgi.implementation", name = "sallyport.stack", version = "0.1.0")
@Capability(
    namespace = "osgi.service",
    effective = "active",
    attribute = "objectClass:List<String>=\"io.sallyport.tls.stack.TlsStackOps\"")
public final class BouncyCastleComponent {
  private static final int RANKING = 10;

  private final QuietLogging logging = new QuietLogging();
  private @Nullable ServiceRegistration<TlsStackOps> registration;

  /** Makes and publishes the stack, or logs why it cannot work here. */
  @Activate
  public BouncyCastleComponent(
      BundleContext bundle, @Reference(service = LoggerFactory.class) Logger logger) {
    try {
      BouncyCastleStack stack = new BouncyCastleStack();
      registration =
          bundle.registerService(
              TlsStackOps.class,
              stack,
              FrameworkUtil.asDictionary(
                  Map.of("sallyport.stack", stack.name(), Constants.SERVICE_RANKING, RANKING)));
    } catch (TlsException e) {
      logger.warn("The stack bouncycastle is not offered: {}", e.getMessage());
    }
  }

  @Deactivate
  void deactivate() {
    ServiceRegistration<TlsStackOps> published = registration;
    if (published != null) {
      published.unregister();
      registration = null;
    }
    logging.close();
  }
}
