package io.sallyport.core.registry;

import io.sallyport.tls.TlsConfig;

/** Tells configurations whose private key may be in a device. */
final class Device {
  private Device() {}

  /** It names a hardware key, or its key does not show itself: {@code getFormat()} is null. */
  static boolean holdsKeyOf(TlsConfig config) {
    return config.hardwareKey().isPresent()
        || config.identity().filter(own -> own.privateKey().getFormat() == null).isPresent();
  }
}
