package io.sallyport.stack.bouncycastle;

import java.security.GeneralSecurityException;
import java.time.Duration;
import org.bouncycastle.crypto.CryptoServicesRegistrar;

/**
 * Bouncy Castle's registrar leaves a ThreadLocal in the thread that initialises it, which would
 * keep the library's class loader for as long as that thread lives; so a short-lived one does it.
 */
final class CryptoServices {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private CryptoServices() {}

  static void initialise() throws GeneralSecurityException {
    Thread thread =
        new Thread(CryptoServicesRegistrar::getServicesConstraints, "sallyport-bouncycastle-init");
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join(DEADLINE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GeneralSecurityException("its initialisation was interrupted", e);
    }
    if (thread.isAlive()) {
      throw new GeneralSecurityException(
          "its initialisation took more than " + DEADLINE.toSeconds() + " s");
    }
  }
}
