package io.sallyport.hw.ecdsa;

import io.sallyport.hw.HardwareBundle;
import io.sallyport.hw.Limits;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.Designate;

/** Publishes the ECDSA peripheral, named "ecdsa", as its configuration says. */
@Component(
    configurationPid = EcdsaComponent.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    immediate = true,
    service = {})
@Designate(ocd = EcdsaConfiguration.class)
public final class EcdsaComponent {
  /** The PID of the configuration. */
  static final String PID = "io.sallyport.hw.ecdsa";

  private static final String NAME = "ecdsa";
  private static final String BASE = "sallyport.config.dir";

  private final HardwareBundle bundle;

  /** Publishes it. */
  @Activate
  public EcdsaComponent(
      EcdsaConfiguration configuration,
      @Reference(service = LoggerFactory.class) Logger logger,
      BundleContext context)
      throws TlsException {
    Path base = Path.of(Optional.ofNullable(context.getProperty(BASE)).orElse(""));
    this.bundle =
        HardwareBundle.open(
            context,
            NAME,
            new EcdsaHardware(settings(configuration, base)),
            limits(configuration),
            logger);
  }

  /** Takes it back. */
  @Deactivate
  void deactivate() {
    bundle.close();
  }

  /**
   * What the configuration asks for.
   *
   * @param base what relative paths are relative to
   * @throws TlsException INVALID_ARG when it is not right
   */
  static EcdsaSettings settings(EcdsaConfiguration configuration, Path base) throws TlsException {
    String file = configuration.efuse_file();
    if (file == null || file.isBlank()) {
      throw wrong("'efuse.file' is missing; name the virtual eFuse file");
    }
    String certificate = configuration.certificate();
    return new EcdsaSettings(
        configuration.chip(),
        base.resolve(file),
        key(configuration),
        certificate.isBlank() ? Optional.empty() : Optional.of(base.resolve(certificate)),
        Nonce.of(configuration.nonce()),
        EcdsaSettings.suites(configuration.suites()));
  }

  private static Optional<KeyBlocks> key(EcdsaConfiguration configuration) throws TlsException {
    Curve curve = Curve.of(configuration.curve());
    int high = configuration.block_high();
    if (configuration.block() == 0) {
      if (high != 0 || !configuration.certificate().isBlank()) {
        throw wrong(
            "'block' is missing, but 'block.high' or 'certificate' is there; name the eFuse block"
                + " of the key, 4 to 9");
      }
      return Optional.empty();
    }
    return Optional.of(
        KeyBlocks.of(
            curve, configuration.block(), high == 0 ? OptionalInt.empty() : OptionalInt.of(high)));
  }

  private static Limits limits(EcdsaConfiguration configuration) throws TlsException {
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
