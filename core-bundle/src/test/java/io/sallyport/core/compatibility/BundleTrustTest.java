package io.sallyport.core.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.core.credential.PlatformCredentials;
import io.sallyport.stack.bouncycastle.BouncyCastleStack;
import io.sallyport.stack.conscrypt.ConscryptStack;
import io.sallyport.stack.jsse.JsseStack;
import io.sallyport.testkit.contract.Link;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.tls.CertificateBundle;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.VerificationFlag;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStackOps;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names and keys, which is all that an ESP x509 bundle has, verify as the certificates would. */
class BundleTrustTest {
  private static final PlatformCredentials CREDENTIALS = new PlatformCredentials();
  private static final CertificateAuthority OTHER = CertificateAuthority.root("CN=Other");
  private static final CertificateAuthority RSA =
      CertificateAuthority.root("CN=RSA root", KeyType.RSA_2048);
  private static final Issued BELOW =
      RSA.intermediate("CN=Intermediate").certificate().dns(Scene.HOST).forServers().issue();

  static Stream<Scene> clients() throws TlsException {
    List<Scene> scenes = new ArrayList<>();
    for (TlsStackOps stack :
        List.of(new JsseStack(), new BouncyCastleStack(), new ConscryptStack())) {
      for (TlsVersion version : List.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3)) {
        scenes.add(new Scene(stack, Role.CLIENT, stack, version));
      }
    }
    return scenes.stream();
  }

  /** Written and read again, so that nothing but names and keys is left. */
  private static ClientConfig.Builder trusting(Scene scene, X509Certificate... roots)
      throws TlsException {
    byte[] file =
        CREDENTIALS.certificateBundle(CertificateBundle.ofCertificates(Arrays.asList(roots)));
    return ClientConfig.builder()
        .bundle(CREDENTIALS.certificateBundle(file))
        .version(scene.version());
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aRootOfTheBundleVerifiesTheServer(Scene scene) throws Exception {
    try (Link link =
        scene.link(
            trusting(scene, OTHER.authorityCertificate(), Scene.CA.authorityCertificate()),
            scene.server())) {
      link.handshake();
      Scene.exchange(link, 1000);
    }
    ServerConfig.Builder below =
        ServerConfig.builder().identity(Scene.identity(BELOW)).version(scene.version());
    try (Link link = scene.link(trusting(scene, RSA.authorityCertificate()), below)) {
      link.handshake();
      assertEquals(BELOW.certificate(), link.client.session().peerCertificates().get(0));
    }
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aRootOfTheSameNameWithAnotherKeyDoesNot(Scene scene) throws Exception {
    X509Certificate namesake = CertificateAuthority.root("CN=Root").authorityCertificate();
    assertEquals(
        Scene.CA.authorityCertificate().getSubjectX500Principal(),
        namesake.getSubjectX500Principal());
    try (Link link = scene.link(trusting(scene, namesake), scene.server())) {
      assertEquals(Set.of(VerificationFlag.NOT_TRUSTED), link.clientFails().verificationFlags());
    }
    // Both in one bundle: each is tried, where a device tries only one of them.
    try (Link link =
        scene.link(trusting(scene, namesake, Scene.CA.authorityCertificate()), scene.server())) {
      link.handshake();
    }
  }

  @ParameterizedTest
  @MethodSource("clients")
  void expiryAndNameCountAsAnywhereElse(Scene scene) throws Exception {
    Issued expired = Scene.CA.certificate().dns(Scene.HOST).forServers().expired().issue();
    Issued other = Scene.CA.certificate().dns(Scene.OTHER_HOST).forServers().issue();
    assertTrue(flags(scene, expired).contains(VerificationFlag.EXPIRED));
    assertEquals(Set.of(VerificationFlag.NAME_MISMATCH), flags(scene, other));
  }

  private static Set<VerificationFlag> flags(Scene scene, Issued issued) throws Exception {
    ServerConfig.Builder server =
        ServerConfig.builder().identity(Scene.identity(issued)).version(scene.version());
    try (Link link = scene.link(trusting(scene, Scene.CA.authorityCertificate()), server)) {
      return link.clientFails().verificationFlags();
    }
  }
}
