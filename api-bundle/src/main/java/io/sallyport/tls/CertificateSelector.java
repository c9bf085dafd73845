package io.sallyport.tls;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Chooses a server's certificate for each handshake, by what the client asks for. ESP-TLS: {@code
 * cert_select_cb}. Called on the connection's thread, by many connections at once; must not block.
 */
@ConsumerType
@FunctionalInterface
public interface CertificateSelector {
  /**
   * Chooses.
   *
   * @param client what the client asks for
   * @return the identity to show; empty for the configuration's own one. Where that has none, the
   *     handshake ends with the alert unrecognized_name
   * @throws TlsException the reason why the handshake must fail
   */
  Optional<Identity> select(ClientHelloInfo client) throws TlsException;

  /**
   * The identities that may be chosen, as far as they are known beforehand. A candidate stack is
   * proved with each of them before it becomes active.
   */
  default Collection<Identity> identities() {
    return List.of();
  }

  /**
   * Chooses the first identity whose certificate is for the name that the client asks for (RFC
   * 9525, wildcards included), and none where there is no such.
   *
   * @param identities at least one, most preferred first
   */
  static CertificateSelector byServerName(Collection<Identity> identities) {
    return new ServerNameSelector(List.copyOf(identities));
  }
}
