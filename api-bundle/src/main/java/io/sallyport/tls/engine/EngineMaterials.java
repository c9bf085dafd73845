package io.sallyport.tls.engine;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.Role;
import java.security.cert.TrustAnchor;
import java.util.List;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A configuration in the terms of who makes engines of its own.
 *
 * @param role the own side
 * @param versions TLS_1_3 and TLS_1_2 or one of them
 * @param suites the suites to allow, in order
 * @param config where it comes from
 * @param verifier verifies the peer's certificate; wants the engine, for its host
 * @param chooser chooses the own certificate for an engine
 * @param anchors the roots that the configuration's trust stands for; empty where it has none
 */
public record EngineMaterials(
    Role role,
    List<TlsVersion> versions,
    List<CipherSuite> suites,
    TlsConfig config,
    X509ExtendedTrustManager verifier,
    IdentityChooser chooser,
    List<TrustAnchor> anchors) {
  /** Copies the lists. */
  public EngineMaterials {
    versions = List.copyOf(versions);
    suites = List.copyOf(suites);
    anchors = List.copyOf(anchors);
  }
}
