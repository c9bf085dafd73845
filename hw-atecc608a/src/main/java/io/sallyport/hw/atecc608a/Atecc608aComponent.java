package io.sallyport.hw.atecc608a;

import io.sallyport.hw.HardwareBundle;
import io.sallyport.hw.Limits;
import io.sallyport.hw.atecc608a.driver.Atecc608;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.Designate;

/** Publishes the secure element, named "atecc608a", as its configuration says. */
@Component(
    configurationPid = Atecc608aComponent.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    immediate = true,
    service = {})
@Designate(ocd = Atecc608aConfiguration.class)
public final class Atecc608aComponent {
  /** The PID of the configuration. */
  static final String PID = "io.sallyport.hw.atecc608a";

  private static final String NAME = "atecc608a";
  private static final String BASE = "sallyport.config.dir";

  private final WireOpener opener;
  private final HardwareBundle bundle;

  /** Publishes it. */
  @Activate
  public Atecc608aComponent(
      Atecc608aConfiguration configuration,
      @Reference(service = LoggerFactory.class) Logger logger,
      BundleContext context)
      throws TlsException {
    Path base = Path.of(Optional.ofNullable(context.getProperty(BASE)).orElse(""));
    if (configuration.slot() < 0 || configuration.slot() >= Atecc608.SLOTS) {
      throw Transports.wrong("'slot' is " + configuration.slot() + "; give 0 to 15");
    }
    Optional<Path> certificate =
        configuration.certificate().isBlank()
            ? Optional.empty()
            : Optional.of(base.resolve(configuration.certificate()));
    this.opener = Transports.of(configuration, base);
    this.bundle =
        HardwareBundle.open(
            context,
            NAME,
            new Atecc608aHardware(opener, configuration.slot(), certificate),
            limits(configuration),
            logger);
  }

  /** Takes it back. */
  @Deactivate
  void deactivate() {
    bundle.close();
    opener.close();
  }

  private static Limits limits(Atecc608aConfiguration configuration) throws TlsException {
    try {
      return new Limits(
          configuration.queue_limit(), Duration.ofMillis(configuration.queue_deadline_ms()));
    } catch (IllegalArgumentException e) {
      throw new TlsException(TlsErrorCode.INVALID_ARG, String.valueOf(e.getMessage()), e);
    }
  }
}
