package io.sallyport.hw.ds;

import io.sallyport.hw.HardwareBundle;
import io.sallyport.hw.Limits;
import io.sallyport.hw.PrivateFile;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
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

/** Publishes the Digital Signature peripheral, named "ds", as its configuration says. */
@Component(
    configurationPid = DsComponent.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    immediate = true,
    service = {})
@Designate(ocd = DsConfiguration.class)
public final class DsComponent {
  /** The PID of the configuration. */
  static final String PID = "io.sallyport.hw.ds";

  private static final String NAME = "ds";
  private static final String BASE = "sallyport.config.dir";

  private final HardwareBundle bundle;

  /** Publishes it. */
  @Activate
  public DsComponent(
      DsConfiguration configuration,
      @Reference(service = LoggerFactory.class) Logger logger,
      BundleContext context)
      throws TlsException {
    Path base = Path.of(Optional.ofNullable(context.getProperty(BASE)).orElse(""));
    DsSettings settings = settings(configuration, base);
    warnIfOpen(settings.hmacKey(), logger);
    this.bundle =
        HardwareBundle.open(context, NAME, new DsHardware(settings), limits(configuration), logger);
  }

  /** Takes it back. */
  @Deactivate
  void deactivate() {
    bundle.close();
  }

  /** In a chip nobody can read it; in a file nobody else should. */
  private static void warnIfOpen(Path file, Logger logger) {
    try {
      if (PrivateFile.isOpenToOthers(file)) {
        logger.warn("Others than the owner can read the eFuse key {}; chmod 600 it.", file);
      }
    } catch (IOException e) {
      // It is not there yet; the first operation will say so.
    }
  }

  /**
   * What the configuration asks for.
   *
   * @param base what relative paths are relative to
   * @throws TlsException INVALID_ARG when it is not right
   */
  static DsSettings settings(DsConfiguration configuration, Path base) throws TlsException {
    String hmacKey = configuration.hmac_key_file();
    if (hmacKey == null || hmacKey.isBlank()) {
      throw wrong("'hmac.key.file' is missing; name the file of the eFuse key");
    }
    Optional<Path> parameters = file(configuration.parameters_file(), base);
    Optional<Path> certificate = file(configuration.certificate(), base);
    if (parameters.isEmpty() && certificate.isPresent()) {
      throw wrong("'certificate' stands without 'parameters.file'; name both or neither");
    }
    try {
      EfuseKeys.requireId(configuration.key_id());
    } catch (DsException e) {
      throw wrong("'key.id' is " + configuration.key_id() + "; give 0 to 5");
    }
    return new DsSettings(
        DsChip.of(configuration.chip()),
        base.resolve(hmacKey),
        configuration.key_id(),
        parameters,
        certificate);
  }

  private static Optional<Path> file(String name, Path base) {
    return name.isBlank() ? Optional.empty() : Optional.of(base.resolve(name));
  }

  private static Limits limits(DsConfiguration configuration) throws TlsException {
    try {
      return new Limits(
          configuration.queue_limit(), Duration.ofMillis(configuration.queue_deadline_ms()));
    } catch (IllegalArgumentException e) {
      throw new TlsException(TlsErrorCode.INVALID_ARG, String.valueOf(e.getMessage()), e);
    }
  }

  private static TlsException wrong(String what) {
    return new TlsException(
        TlsErrorCode.INVALID_ARG, "In the configuration " + PID + ", " + what + ".");
  }
}
