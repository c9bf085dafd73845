package io.sallyport.stack.bouncycastle;

import java.security.SecureRandom;
import org.bouncycastle.jcajce.util.JcaJceHelper;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.jspecify.annotations.Nullable;

/**
 * Bouncy Castle's TLS over the Java platform's cryptography. Without a random generator it would
 * ask for one named DEFAULT, which only Bouncy Castle's own provider has.
 */
final class PlatformCrypto extends JcaTlsCryptoProvider {
  private final PlatformHelper helper = new PlatformHelper();
  private final PlatformHelper complete = new CompleteHelper();

  @Override
  public JcaTlsCrypto create(@Nullable SecureRandom random) {
    return super.create(random == null ? new SecureRandom() : random);
  }

  @Override
  public JcaTlsCrypto create(SecureRandom keys, SecureRandom nonces) {
    return new PlatformTlsCrypto(helper, keys, nonces);
  }

  /** The cryptography of one connection, which can be listened to. */
  WatchedCrypto watched() {
    SecureRandom random = new SecureRandom();
    return new WatchedCrypto(complete, random, random);
  }

  @Override
  public JcaJceHelper getHelper() {
    return helper;
  }
}
