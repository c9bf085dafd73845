package io.sallyport.tls.stack;

import java.security.cert.X509Certificate;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The stack's copy of the platform-wide CA store. Thread-safe. ESP-TLS: the four CA-store
 * operations of {@code esp_tls_stack_ops_t}.
 */
@ProviderType
public interface CaStoreOps {
  /** Begins with an empty store; one that exists is kept. ESP-TLS: {@code init}. */
  void init();

  /** Replaces the content. ESP-TLS: {@code set}; adding and parsing are the platform's work. */
  void set(List<X509Certificate> certificates);

  /** The content. ESP-TLS: {@code get}. */
  List<X509Certificate> get();

  /** Drops the store. ESP-TLS: {@code free}. */
  void free();
}
