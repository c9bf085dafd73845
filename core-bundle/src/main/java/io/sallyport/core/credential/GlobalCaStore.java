package io.sallyport.core.credential;

import io.sallyport.tls.CaStore;
import io.sallyport.tls.TlsException;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The platform-wide store; an immutable list that is replaced as a whole. */
public final class GlobalCaStore implements CaStore {
  private final Runnable onChange;
  private volatile List<X509Certificate> content = List.of();

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
    merge(result.certificates());
    onChange.run();
    return result.failures().size();
  }

  private synchronized void merge(List<X509Certificate> added) {
    Set<X509Certificate> all = new LinkedHashSet<>(content);
    all.addAll(added);
    content = List.copyOf(all);
  }

  private synchronized void empty() {
    content = List.of();
  }

  @Override
  public List<X509Certificate> certificates() {
    return content;
  }

  @Override
  public void clear() {
    empty();
    onChange.run();
  }
}
