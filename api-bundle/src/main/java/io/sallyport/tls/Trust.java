package io.sallyport.tls;

import java.security.cert.X509Certificate;
import java.util.List;

/** By what a peer's certificate is verified. Exactly one of these holds for a configuration. */
public sealed interface Trust {
  /**
   * These certificate authorities. ESP-TLS: {@code cacert_buf}.
   *
   * @param authorities the trust anchors, at least one
   */
  record Authorities(List<X509Certificate> authorities) implements Trust {
    /** Copies the list and checks that it is not empty. */
    public Authorities {
      authorities = List.copyOf(authorities);
      if (authorities.isEmpty()) {
        throw new IllegalArgumentException("Trust needs at least one certificate authority.");
      }
    }

    @Override
    public String toString() {
      return authorities.size() + " certificate authorities";
    }
  }

  /** The platform-wide store, {@link Tls#caStore()}. ESP-TLS: {@code use_global_ca_store}. */
  record GlobalStore() implements Trust {
    @Override
    public String toString() {
      return "the global CA store";
    }
  }

  /** A bundle of root certificates. ESP-TLS: {@code crt_bundle_attach}. */
  record Bundle(List<X509Certificate> roots) implements Trust {
    /** Copies the list and checks that it is not empty. */
    public Bundle {
      roots = List.copyOf(roots);
      if (roots.isEmpty()) {
        throw new IllegalArgumentException("A certificate bundle needs at least one root.");
      }
    }

    @Override
    public String toString() {
      return "a bundle of " + roots.size() + " roots";
    }
  }

  /**
   * Nothing is verified. Needs the platform's insecure mode as well, and is warned about on every
   * connection. ESP-TLS: {@code CONFIG_ESP_TLS_SKIP_SERVER_CERT_VERIFY}.
   */
  record Insecure() implements Trust {
    @Override
    public String toString() {
      return "no verification at all";
    }
  }

  /** No certificate is asked for: a server without client authentication, or plain TCP. */
  record None() implements Trust {
    @Override
    public String toString() {
      return "no peer certificate";
    }
  }
}
