package io.sallyport.tls.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.CertificateBuilder;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.tls.Revocation;
import io.sallyport.tls.VerificationFlag;
import io.sallyport.tls.stack.Role;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

/** Stands here because it needs certificates, and the testkit, which makes them, needs the API. */
class PeerVerifierTest {
  private static final String NAME = "server.example";
  private static final String AUTH_TYPE = "ECDHE_ECDSA";

  private final CertificateAuthority root = CertificateAuthority.root("CN=Root");

  @Test
  void acceptsAGoodServer() {
    assertDoesNotThrow(() -> verify(server(root).issue().chain(), root));
  }

  @Test
  void acceptsAChainOverIntermediates() {
    CertificateAuthority issuing = root.intermediate("CN=Policy").intermediate("CN=Issuing");
    assertDoesNotThrow(() -> verify(server(issuing).issue().chain(), root));
  }

  @Test
  void acceptsIntermediatesInAnyOrderAndStrangersAmongThem() {
    CertificateAuthority issuing = root.intermediate("CN=Policy").intermediate("CN=Issuing");
    List<X509Certificate> sent = new ArrayList<>(server(issuing).issue().chain());
    Collections.reverse(sent.subList(1, sent.size()));
    sent.add(1, CertificateAuthority.root("CN=Stranger").authorityCertificate());
    assertDoesNotThrow(() -> verify(sent, root));
  }

  @Test
  void refusesAChainWhoseIntermediateIsMissing() {
    Issued leaf = server(root.intermediate("CN=Issuing")).issue();
    assertEquals(Set.of(VerificationFlag.NOT_TRUSTED), flags(leaf.chain().subList(0, 1), root));
  }

  @Test
  void acceptsAnIntermediateAsAuthority() {
    CertificateAuthority issuing = root.intermediate("CN=Issuing");
    assertDoesNotThrow(() -> verify(server(issuing).issue().chain(), issuing));
  }

  @Test
  void acceptsALeafThatIsItselfGivenAsAuthority() {
    Issued leaf = server(root).issue();
    assertDoesNotThrow(() -> verify(leaf.chain(), List.of(leaf.certificate()), Optional.of(NAME)));
  }

  @Test
  void refusesAnotherRootOfTheSameName() {
    CertificateAuthority impostor = CertificateAuthority.root("CN=Root");
    assertEquals(
        Set.of(VerificationFlag.NOT_TRUSTED), flags(server(impostor).issue().chain(), root));
  }

  @Test
  void findsTheRightOneOfTwoRootsOfTheSameName() {
    CertificateAuthority twin = CertificateAuthority.root("CN=Root");
    List<X509Certificate> anchors =
        List.of(twin.authorityCertificate(), root.authorityCertificate());
    List<X509Certificate> sent = server(root).issue().chain();
    assertDoesNotThrow(() -> verify(sent, anchors, Optional.of(NAME)));
  }

  @Test
  void refusesALeafThatPlaysAuthority() {
    Issued leaf = server(root).issue();
    CertificateAuthority impostor = CertificateAuthority.root("CN=" + NAME);
    List<X509Certificate> sent = new ArrayList<>(server(impostor).issue().chain().subList(0, 1));
    sent.add(leaf.certificate());
    assertEquals(Set.of(VerificationFlag.NOT_TRUSTED), flags(sent, root));
  }

  @Test
  void saysEverythingThatIsWrong() {
    VerificationException refused =
        refusal(
            root.certificate().subject("CN=x").dns("other.example").expired().issue().chain(),
            List.of(root.authorityCertificate()),
            NAME);
    assertEquals(Set.of(VerificationFlag.EXPIRED, VerificationFlag.NAME_MISMATCH), refused.flags());
    String message = refused.getMessage();
    assertTrue(message.contains("CN=x") && message.contains("other.example"), message);
    assertTrue(message.contains(NAME) && message.contains("valid from"), message);
  }

  @Test
  void tellsExpiredAndUntrustedApart() {
    assertEquals(
        Set.of(VerificationFlag.EXPIRED), flags(server(root).expired().issue().chain(), root));
    assertEquals(
        Set.of(VerificationFlag.EXPIRED, VerificationFlag.NOT_TRUSTED),
        flags(server(CertificateAuthority.root("CN=Other")).expired().issue().chain(), root));
    assertEquals(
        Set.of(VerificationFlag.NOT_YET_VALID),
        flags(server(root).notYetValid().issue().chain(), root));
  }

  @Test
  void refusesWeakKeysAndSignatures() {
    assertEquals(
        Set.of(VerificationFlag.WEAK_KEY),
        flags(server(root).key(KeyType.RSA_1024).issue().chain(), root));
    assertEquals(
        Set.of(VerificationFlag.WEAK_SIGNATURE),
        flags(server(root).signature("SHA1withECDSA").issue().chain(), root));
  }

  @Test
  void refusesUsagesForSomethingElse() {
    assertEquals(
        Set.of(VerificationFlag.BAD_EXTENDED_KEY_USAGE),
        flags(server(root).forClients().issue().chain(), root));
    assertEquals(
        Set.of(VerificationFlag.BAD_KEY_USAGE),
        flags(server(root).keyUsage(KeyUsage.keyCertSign).issue().chain(), root));
  }

  @Test
  void checksClientsForTheirUsageAndNotForAName() {
    PeerVerifier verifier = verifier(List.of(root.authorityCertificate()));
    X509Certificate[] client = array(root.certificate().forClients().issue().chain());
    X509Certificate[] server = array(root.certificate().forServers().issue().chain());
    assertDoesNotThrow(
        () ->
            verifier.verify(
                client, AUTH_TYPE, Role.CLIENT, Optional.empty(), RevocationCheck.NONE));
    assertEquals(
        Set.of(VerificationFlag.BAD_EXTENDED_KEY_USAGE),
        assertThrows(
                VerificationException.class,
                () ->
                    verifier.verify(
                        server, AUTH_TYPE, Role.CLIENT, Optional.empty(), RevocationCheck.NONE))
            .flags());
  }

  @Test
  void refusesAnEmptyChain() {
    PeerVerifier verifier = verifier(List.of(root.authorityCertificate()));
    assertEquals(
        Set.of(VerificationFlag.MISSING),
        assertThrows(
                VerificationException.class,
                () ->
                    verifier.verify(
                        new X509Certificate[0],
                        AUTH_TYPE,
                        Role.CLIENT,
                        Optional.empty(),
                        RevocationCheck.NONE))
            .flags());
  }

  @Test
  void matchesAddressesOnlyByAddress() {
    List<X509Certificate> anchors = List.of(root.authorityCertificate());
    Issued byAddress = root.certificate().subject("CN=a").ip("127.0.0.1", "::1").issue();
    Issued byName = root.certificate().subject("CN=a").dns("127.0.0.1").issue();
    assertDoesNotThrow(() -> verify(byAddress.chain(), anchors, Optional.of("127.0.0.1")));
    assertDoesNotThrow(() -> verify(byAddress.chain(), anchors, Optional.of("[::1]")));
    assertEquals(
        Set.of(VerificationFlag.NAME_MISMATCH),
        refusal(byName.chain(), anchors, "127.0.0.1").flags());
    assertEquals(
        Set.of(VerificationFlag.NAME_MISMATCH),
        refusal(byAddress.chain(), anchors, "127.0.0.2").flags());
  }

  @Test
  void takesTheCommonNameOnlyWithoutAlternativeNames() {
    List<X509Certificate> anchors = List.of(root.authorityCertificate());
    Issued old = root.certificate().subject("CN=server.example,O=Example").issue();
    Issued modern = root.certificate().subject("CN=server.example").dns("other.example").issue();
    assertDoesNotThrow(() -> verify(old.chain(), anchors, Optional.of(NAME)));
    assertEquals(
        Set.of(VerificationFlag.NAME_MISMATCH), refusal(modern.chain(), anchors, NAME).flags());
  }

  @Test
  void givesUpOnAHostileChainInReasonableTime() {
    // Twenty authorities of one name, each of which could have signed any other one.
    List<X509Certificate> sent = new ArrayList<>();
    CertificateAuthority loop = CertificateAuthority.root("CN=Loop");
    sent.add(server(loop).issue().certificate());
    for (int i = 0; i < 20; i++) {
      sent.add(CertificateAuthority.root("CN=Loop").intermediate("CN=Loop").authorityCertificate());
    }
    long begin = System.nanoTime();
    assertEquals(Set.of(VerificationFlag.NOT_TRUSTED), flags(sent, root));
    assertTrue(System.nanoTime() - begin < 5_000_000_000L, "took longer than 5 s");
  }

  private static CertificateBuilder server(CertificateAuthority issuer) {
    return issuer.certificate().subject("CN=" + NAME).dns(NAME);
  }

  private static Set<VerificationFlag> flags(
      List<X509Certificate> sent, CertificateAuthority anchor) {
    return refusal(sent, List.of(anchor.authorityCertificate()), NAME).flags();
  }

  private static VerificationException refusal(
      List<X509Certificate> sent, List<X509Certificate> anchors, String name) {
    return assertThrows(
        VerificationException.class, () -> verify(sent, anchors, Optional.of(name)));
  }

  private static void verify(List<X509Certificate> sent, CertificateAuthority anchor)
      throws VerificationException {
    verify(sent, List.of(anchor.authorityCertificate()), Optional.of(NAME));
  }

  private static void verify(
      List<X509Certificate> sent, List<X509Certificate> anchors, Optional<String> name)
      throws VerificationException {
    verifier(anchors).verify(array(sent), AUTH_TYPE, Role.SERVER, name, RevocationCheck.NONE);
  }

  private static PeerVerifier verifier(List<X509Certificate> anchors) {
    return new PeerVerifier(
        anchors.stream().map(anchor -> new TrustAnchor(anchor, null)).toList(),
        Optional::of,
        Revocation.NONE,
        InstantSource.system());
  }

  private static X509Certificate[] array(List<X509Certificate> chain) {
    return chain.toArray(new X509Certificate[0]);
  }
}
