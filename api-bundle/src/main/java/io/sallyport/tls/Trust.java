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
      return authorities.size() == 1
          ? "one certificate authority"
          : authorities.size() + " certificate authorities";
    }
  }

  /** The platform-wide store, {@link Tls#caStore()}. ESP-TLS: {@code use_global_ca_store}. */
  record GlobalStore() implements Trust {
    @Override
    public String toString() {
      return "the global CA store";
    }
  }

  /**
   * A bundle of roots. ESP-TLS: {@code crt_bundle_attach}.
   *
   * @param bundle the trust anchors
   */
  record Bundle(CertificateBundle bundle) implements Trust {
    @Override
    public String toString() {
      return bundle.toString();
    }
  }

  /**
   * No certificates: both sides prove that they know a key. ESP-TLS: {@code psk_hint_key}.
   *
   * @param keys for a client exactly one, for a server those that clients may have
   */
  record PreShared(List<PreSharedKey> keys) implements Trust {
    /** Copies the list and checks that it is not empty. */
    public PreShared {
      keys = List.copyOf(keys);
      if (keys.isEmpty()) {
        throw new IllegalArgumentException("Trust by pre-shared key needs at least one key.");
      }
    }

    @Override
    public String toString() {
      return keys.size() == 1 ? "a pre-shared key" : keys.size() + " pre-shared keys";
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
