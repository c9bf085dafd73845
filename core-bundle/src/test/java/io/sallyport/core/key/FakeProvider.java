package io.sallyport.core.key;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.key.HardwareKey;
import io.sallyport.tls.key.KeyHealth;
import io.sallyport.tls.key.KeyProvider;
import java.util.List;

/** A provider with one key, in software, which can be unplugged. */
public final class FakeProvider implements KeyProvider {
  public final Issued issued =
      CertificateAuthority.root("CN=CA").certificate().subject("CN=device").issue();
  public volatile boolean there = true;
  private final String name;
  private final List<CipherSuite> suites;

  public FakeProvider(String name, List<CipherSuite> suites) {
    this.name = name;
    this.suites = suites;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<HardwareKey> keys() throws TlsException {
    if (!there) {
      throw new TlsException(TlsErrorCode.SE_FAILED, "The device is away; plug it in.");
    }
    return List.of(
        new HardwareKey(
            name,
            "slot 0",
            issued.key(),
            issued.certificate().getPublicKey(),
            issued.chain(),
            suites));
  }

  @Override
  public HardwareKey key(KeyReference reference) throws TlsException {
    return keys().get(0);
  }

  @Override
  public KeyHealth health() {
    return there
        ? new KeyHealth(KeyHealth.State.READY, "It is ready.", 3, 1, 0)
        : new KeyHealth(KeyHealth.State.UNAVAILABLE, "The device is away; plug it in.", 3, 2, 0);
  }
}
