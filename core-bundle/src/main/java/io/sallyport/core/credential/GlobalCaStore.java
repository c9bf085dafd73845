package io.sallyport.core.credential;

import io.sallyport.tls.CaStore;
import io.sallyport.tls.TlsException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** The platform-wide store; an immutable list that is replaced as a whole. */
public final class GlobalCaStore implements CaStore {
  private final AtomicReference<List<X509Certificate>> content = new AtomicReference<>(List.of());
  private final Runnable onChange;

  /** Begins empty; {@code onChange} is called after each change, by the thread that made it. */
  public GlobalCaStore(Runnable onChange) {
    this.onChange = onChange;
  }

  @Override
  public int add(byte[] pemOrDer) throws TlsException {
    CertificateReader.Result result = CertificateReader.read(pemOrDer);
    if (result.certificates().isEmpty()) {
      throw CertificateReader.unreadable(result);
    }
    content.updateAndGet(
        before -> {
          Set<X509Certificate> all = new LinkedHashSet<>(before);
          all.addAll(result.certificates());
          return List.copyOf(new ArrayList<>(all));
        });
    onChange.run();
    return result.failures().size();
  }

  @Override
  public List<X509Certificate> certificates() {
    return content.get();
  }

  @Override
  public void clear() {
    content.set(List.of());
    onChange.run();
  }
}
