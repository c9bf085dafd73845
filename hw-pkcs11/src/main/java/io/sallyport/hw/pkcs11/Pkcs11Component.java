package io.sallyport.hw.pkcs11;

import io.sallyport.hw.HardwareBundle;
import io.sallyport.tls.TlsException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Offers a token's keys while there is a configuration. Either one configuration, {@code
 * io.sallyport.hw.pkcs11}, makes the provider "pkcs11"; or several, such as {@code
 * io.sallyport.hw.pkcs11~card} and {@code ~tpm}, make one each, "pkcs11-card" and "pkcs11-tpm".
 */
@Component(
    configurationPid = Pkcs11Component.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    immediate = true,
    service = {})
@Designate(ocd = Pkcs11Configuration.class)
public final class Pkcs11Component {
  static final String PID = "io.sallyport.hw.pkcs11";

  private static final String BASE = "sallyport.config.dir";
  private static final String NAME = "pkcs11";

  private final TokenLibraries libraries;
  private @Nullable TokenLibrary library;
  private @Nullable HardwareBundle published;

  /** Publishes the provider, or logs why its configuration cannot work. */
  @Activate
  public Pkcs11Component(
      @Reference TokenLibraries libraries,
      @Reference(service = LoggerFactory.class) Logger logger,
      BundleContext context,
      Map<String, Object> properties) {
    this.libraries = libraries;
    Path base = Path.of(Optional.ofNullable(context.getProperty(BASE)).orElse(""));
    try {
      Settings settings = Settings.of(properties, base.toAbsolutePath());
      TokenLibrary shared = libraries.acquire(settings.library());
      library = shared;
      published =
          HardwareBundle.open(
              context,
              name(properties),
              new Pkcs11Hardware(settings, shared, warning -> logger.warn("{}", warning)),
              settings.limits(),
              logger);
    } catch (TlsException e) {
      logger.error("The hardware keys pkcs11 are not offered: {}", e.getMessage());
    }
  }

  private static String name(Map<String, Object> properties) {
    String pid = String.valueOf(properties.get("service.pid"));
    return pid.startsWith(PID + "~") ? NAME + "-" + pid.substring(PID.length() + 1) : NAME;
  }

  /** Takes the provider back and logs out. */
  @Deactivate
  void deactivate() {
    if (published != null) {
      published.close();
    }
    if (library != null) {
      libraries.release(library);
    }
  }
}
