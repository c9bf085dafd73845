package io.sallyport.hw;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.key.KeyProvider;
import java.security.Security;
import org.osgi.service.log.Logger;

/**
 * A device with its queue and its JCA provider "Sallyport-" + name, from {@link #open} to {@link
 * #close}: what {@link HardwareBundle} publishes, for programs without a framework. Thread-safe.
 */
public final class HardwareKeys implements AutoCloseable {
  private final ManagedDevice device;
  private final OpaqueKeyProvider jca;

  private HardwareKeys(ManagedDevice device) {
    this.device = device;
    this.jca = new OpaqueKeyProvider(device);
  }

  /**
   * Registers the JCA provider. The device is asked when a key is.
   *
   * @param name the provider's name, such as "atecc608a"
   * @param hardware the device; closed with the result
   * @param limits how much may wait for the device
   * @param logger where the device's state is told
   * @throws TlsException INVALID_STATE when a provider of this name is open already
   */
  public static HardwareKeys open(String name, KeyHardware hardware, Limits limits, Logger logger)
      throws TlsException {
    HardwareKeys keys = new HardwareKeys(new ManagedDevice(name, hardware, limits, logger));
    if (Security.addProvider(keys.jca) < 0) {
      keys.device.close();
      throw new TlsException(
          TlsErrorCode.INVALID_STATE,
          "A provider of hardware keys named "
              + name
              + " is there already; keep one configuration of it.");
    }
    return keys;
  }

  /** The keys and the device's health. */
  public KeyProvider provider() {
    return device;
  }

  ManagedDevice device() {
    return device;
  }

  /** Takes the JCA provider back; what waits for the device fails. Idempotent. */
  @Override
  public void close() {
    Security.removeProvider(jca.getName());
    device.close();
  }
}
