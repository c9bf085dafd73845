package io.sallyport.core.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.core.connection.Connections;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.tls.Revocation;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.VerificationFlag;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/** Stapled OCSP responses, which OpenSSL sends: none of the stacks can be told to. */
record StaplingBehaviour() implements Behaviour {
  private static final byte[] NONE = {};

  @Override
  public Feature feature() {
    return Feature.OCSP_STAPLING;
  }

  @Override
  public boolean appliesTo(Scene scene) {
    return scene.role() == Role.CLIENT;
  }

  @Override
  public void check(Scene scene) throws Exception {
    if (scene.partner() != scene.stack()) {
      return; // The peer is OpenSSL; once is enough.
    }
    Assumptions.assumeTrue(OpensslServer.isInstalled(), "openssl is not installed");
    Issued server = Scene.CA.certificate().dns("localhost").forServers().issue();
    CertificateAuthority stranger = CertificateAuthority.root("CN=Root");
    byte[] good = Scene.CA.ocspResponse(server.certificate(), false);
    byte[] revoked = Scene.CA.ocspResponse(server.certificate(), true);
    byte[] forged = stranger.ocspResponse(server.certificate(), false);
    try (OpensslServer peer = OpensslServer.start(server, good)) {
      connect(scene, peer, Revocation.STAPLED_IF_SENT);
      connect(scene, peer, Revocation.STAPLED_REQUIRED);
    }
    try (OpensslServer peer = OpensslServer.start(server, revoked)) {
      connect(scene, peer, Revocation.NONE);
      assertEquals(
          Set.of(VerificationFlag.REVOKED), refusal(scene, peer, Revocation.STAPLED_IF_SENT));
      assertEquals(
          Set.of(VerificationFlag.REVOKED), refusal(scene, peer, Revocation.STAPLED_REQUIRED));
    }
    try (OpensslServer peer = OpensslServer.start(server, NONE)) {
      connect(scene, peer, Revocation.STAPLED_IF_SENT);
      assertEquals(
          Set.of(VerificationFlag.NO_REVOCATION_STATUS),
          refusal(scene, peer, Revocation.STAPLED_REQUIRED));
    }
    try (OpensslServer peer = OpensslServer.start(server, forged)) {
      assertEquals(
          Set.of(VerificationFlag.NO_REVOCATION_STATUS),
          refusal(scene, peer, Revocation.STAPLED_IF_SENT));
    }
  }

  private static Set<VerificationFlag> refusal(
      Scene scene, OpensslServer peer, Revocation revocation) {
    return assertThrows(TlsException.class, () -> connect(scene, peer, revocation))
        .verificationFlags();
  }

  private static void connect(Scene scene, OpensslServer peer, Revocation revocation)
      throws TlsException {
    try (Connections connections =
            new Connections(
                (config, to, transport, onDrain, session) ->
                    scene.stack().prepare(config).newHandle(to, transport, session));
        TlsConnection connection =
            connections.connect(
                "localhost", peer.port(), scene.client().revocation(revocation).build())) {
      connection.write(
          ByteBuffer.wrap("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      assertTrue(connection.read(ByteBuffer.allocate(1000)) > 0);
    }
  }

  @Override
  public Optional<TlsConfig> request(Scene scene) throws TlsException {
    return Optional.of(scene.client().revocation(Revocation.STAPLED_REQUIRED).build());
  }
}
