package io.sallyport.tls.engine;

import io.sallyport.tls.stack.CaStoreOps;
import java.security.cert.X509Certificate;
import java.util.List;

/** The stack's copy of the platform-wide store. */
final class MemoryCaStore implements CaStoreOps {
  private volatile List<X509Certificate> certificates = List.of();

  @Override
  public void init() {
    // Always there.
  }

  @Override
  public void set(List<X509Certificate> replacement) {
    certificates = List.copyOf(replacement);
  }

  @Override
  public List<X509Certificate> get() {
    return certificates;
  }

  @Override
  public void free() {
    certificates = List.of();
  }
}
