package io.sallyport.hw.atecc608a;

import io.sallyport.hw.HardwareBundle;
import io.sallyport.hw.Limits;
import io.sallyport.hw.atecc608a.driver.Atecc608;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.security.auth.x500.X500Principal;
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
    service = Atecc608aComponent.class,
    property = {"osgi.command.scope=tls", "osgi.command.function=atecc"})
@Designate(ocd = Atecc608aConfiguration.class)
public final class Atecc608aComponent {
  /** The PID of the configuration. */
  static final String PID = "io.sallyport.hw.atecc608a";

  private static final String NAME = "atecc608a";
  private static final String BASE = "sallyport.config.dir";

  private final WireOpener opener;
  private final Atecc608aHardware hardware;
  private final HardwareBundle bundle;
  private final int slot;

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
    this.slot = configuration.slot();
    this.opener =
        Transports.of(
            configuration.transport(),
            configuration.address(),
            configuration.i2c_address(),
            base.resolve(configuration.simulator_state()),
            configuration.simulator_layout());
    this.hardware =
        new Atecc608aHardware(
            opener,
            configuration.slot(),
            certificate,
            sentence -> logger.warn("Key provider {}: {}", NAME, sentence));
    this.bundle = HardwareBundle.open(context, NAME, hardware, limits(configuration), logger);
  }

  /** Takes it back. */
  @Deactivate
  void deactivate() {
    bundle.close();
    opener.close();
  }

  /** {@code tls:atecc}: what the chip is and holds. */
  public String atecc() {
    return atecc("info");
  }

  /** {@code tls:atecc info}, {@code tls:atecc cert}, {@code tls:atecc provision}. */
  public String atecc(String command) {
    return switch (command) {
      case "info" -> told(() -> hardware.tool().info());
      case "cert" -> told(hardware::certificateText);
      case "provision" ->
          "Locks are for ever, and a chip in use is not provisioned: stop the gateway and use"
              + " 'sallyport atecc provision'.";
      default ->
          "There are: tls:atecc info, tls:atecc cert, tls:atecc csr SUBJECT, tls:atecc provision.";
    };
  }

  /** {@code tls:atecc csr SUBJECT}: a certification request, signed by the chip. */
  public String atecc(String command, String subject) {
    if (!command.equals("csr")) {
      return atecc("");
    }
    try {
      X500Principal name = new X500Principal(subject);
      return told(() -> hardware.tool().csr(slot, name));
    } catch (IllegalArgumentException e) {
      return "'" + subject + "' is no name; give one such as CN=device.";
    }
  }

  /** By the device's own thread: commands of two sequences must not mix. */
  private String told(Callable<String> question) {
    try {
      return bundle.call(question);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
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
