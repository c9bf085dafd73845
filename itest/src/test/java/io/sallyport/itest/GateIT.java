package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assert.fail;

import io.sallyport.hw.ecdsa.EcdsaProvisioning;
import io.sallyport.hw.ecdsa.KeyBlocks;
import io.sallyport.hw.ecdsa.Protection;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.StackEventType;
import io.sallyport.tls.stack.TlsStacks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import jdk.security.jarsigner.JarSigner;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Which bundles may carry TLS: bundles that nobody asked for, in a real framework. */
public class GateIT {
  private static final String INTRUDER = "org.example.intruder";
  private static final String JSSE = "io.sallyport.stack.jsse";
  private static final long ASKED_FOR_MS = 3000;
  private static final int BLOCK = 4;
  private static final List<String> USUAL = List.of("io.sallyport.stack.*", "io.sallyport.hw.*");

  private static Platform platform;
  private static Backend backend;
  private static SSLContext jdk;
  private static int port;

  private final List<Bundle> installed = new ArrayList<>();
  private final Chaos intruder = new Chaos("intruder");

  @BeforeClass
  public static void start() throws Exception {
    TestPki pki = new TestPki();
    platform = Platform.start(Map.of());
    backend = Backend.plain();
    jdk = JdkTls.context(pki.authorities(), pki.client);
    port =
        platform.route(
            "gate",
            Map.of(
                "mode", "terminate",
                "listen", "127.0.0.1:0",
                "target", backend.address(),
                "server.certificate",
                    platform.file("server.pem", Pem.certificates(pki.server.chain())),
                "server.key", platform.file("server.key", Pem.privateKey(pki.server.key()))));
  }

  @AfterClass
  public static void stop() throws Exception {
    platform.close();
    backend.close();
  }

  @After
  public void tidyUp() throws Exception {
    for (Bundle bundle : installed) {
      bundle.uninstall();
    }
    intruder.close();
    platform.configureAnew(Map.of());
    platform.awaitActive("conscrypt");
  }

  @Test
  public void anUnlistedBundleOfTheHighestRankNeverGetsAByte() throws Exception {
    int known = platform.told();
    start(intruder(Integer.MAX_VALUE).build());

    String allow = "add it to allowed.stacks in io.sallyport.core";
    platform.awaitEvent(known, StackEventType.REFUSED, "intruder", INTRUDER, allow);
    platform.log().await("Stack intruder of bundle " + INTRUDER + " is refused: ", allow);
    assertEquals(CandidateState.REFUSED, platform.state("intruder"));
    assertTrue(platform.stack("intruder").reason().contains(allow));
    String shown = platform.shellLine("tls:stacks", "intruder");
    assertTrue(shown, shown.contains("REFUSED") && shown.contains(allow));
    assertSwapFails("intruder", TlsErrorCode.INVALID_ARG, "One that fits is refused: ", allow);
    assertSwapFails("(kind=chaos)", TlsErrorCode.INVALID_ARG, "refused", allow);

    platform.bundle("io.sallyport.stack.conscrypt").stop(); // Also not when one is looked for.
    try {
      platform.awaitActive("jsse");
      talk();
    } finally {
      platform.bundle("io.sallyport.stack.conscrypt").start();
    }
    talk();
    assertEquals("Nothing of it was called", List.of(), intruder.calls());
  }

  @Test
  public void registrationByAnUnlistedBundleIsRefusedToo() throws Exception {
    assertRegistrationIsRefused(intruder(0));
  }

  @Test
  public void registrationOfAProxyByAnUnlistedBundleIsRefusedToo() throws Exception {
    assertRegistrationIsRefused(intruder(0).header("Chaos-Proxy", "api"));
  }

  @Test
  public void aClassInTheClassLoaderOfAListedBundleDoesNotHideWhoRegistersIt() throws Exception {
    assertRegistrationIsRefused(intruder(0).header("Chaos-Proxy", "listed"));
  }

  @Test
  public void aCallInTheNameOfAListedBundleDoesNotHideWhoseCodeItIs() throws Exception {
    assertRegistrationIsRefused(intruder(0).header("Chaos-Owner", "listed"));
  }

  @Test
  public void aClassAndACallInTheNameOfAListedBundleDoNotHideWhoseCodeTheyReach() throws Exception {
    assertRegistrationIsRefused(
        intruder(0).header("Chaos-Owner", "listed").header("Chaos-Proxy", "listed"));
  }

  @Test
  public void aServiceInTheNameOfAListedBundleIsRefusedTooForItsCode() throws Exception {
    for (String proxy : new String[] {null, "listed"}) {
      TestBundle bundle = intruder(Integer.MAX_VALUE).header("Chaos-Owner", "listed");
      if (proxy != null) {
        bundle.header("Chaos-Proxy", proxy);
      }
      int known = platform.told();
      Bundle installed = start(bundle.build());
      String why = "Its bundle " + INTRUDER + " is not among the allowed stacks";
      platform.awaitEvent(known, StackEventType.REFUSED, "of bundle " + JSSE + " is refused", why);
      assertEquals(CandidateState.REFUSED, platform.state("intruder"));
      assertSwapFails("intruder", TlsErrorCode.INVALID_ARG, "One that fits is refused: ", why);
      assertEquals("Nothing of it was called", List.of(), intruder.calls());
      uninstall(installed);
    }
  }

  @Test
  public void theServiceOfConnectionsRegistersNoStacks() throws Exception {
    Object tls = platform.tls();
    assertFalse(tls.getClass().getName(), tls instanceof TlsStacks);
  }

  /** What is nobody's is not the active stack's. */
  @Test
  public void anotherBundleThatTakesItsServiceOfTheActiveStackBackEndsNothing() throws Exception {
    platform.stacks().swap("jsse");
    long generation = platform.stack("jsse").generation();
    int known = platform.told();
    Bundle bundle = start(intruder(0).header("Chaos-Again", "true").build());
    platform.awaitEvent(known, StackEventType.REFUSED, INTRUDER, "allowed.stacks");
    uninstall(bundle);
    assertEquals("jsse", platform.active());
    assertEquals(generation, platform.stack("jsse").generation());
    talk();
  }

  @Test
  public void aStackThatBlocksWhenItIsAskedItsNameHoldsNobodyUp() throws Exception {
    platform.configure(
        Map.of("allowed.stacks", allowed(INTRUDER), "proof.deadline.ms", ASKED_FOR_MS));
    intruder.always("name block " + 10 * ASKED_FOR_MS);
    int known = platform.told();
    long begun = System.nanoTime();
    Bundle bundle = start(intruder(0).build());
    long tookMs = (System.nanoTime() - begun) / 1_000_000;
    assertTrue("The bundle's start took " + tookMs + " ms", tookMs < 5 * ASKED_FOR_MS);
    talk();
    platform.awaitEvent(
        known, StackEventType.REFUSED, INTRUDER, "did not say within " + ASKED_FOR_MS + " ms");
    assertEquals(CandidateState.REFUSED, platform.state("intruder"));
    intruder.never();
    uninstall(bundle);
  }

  @Test
  public void aBundleThatStopsWhileItsRegistrationIsProvedLeavesNoStackBehind() throws Exception {
    platform.configure(Map.of("allowed.stacks", allowed(INTRUDER)));
    platform.stacks().unregister();
    intruder.always("prepare nap 2000");
    Bundle bundle = start(intruder(0).header("Chaos-Register", "later").build());
    Await.until("it is being proved", () -> intruder.calls().contains("prepare"));
    bundle.stop();
    Await.until("its call has ended", () -> intruder.calls().contains("register returned"));
    Await.until("it has gone", () -> platform.candidate("intruder").isEmpty());
    assertFalse(platform.active().equals("intruder"));
    platform.stacks().swap("conscrypt");
  }

  /** A hardware provider's own stack is allowed: what it is on carries the same traffic. */
  @Test
  public void anUnlistedBundleIsNotPutUnderTheStackOfAHardwareProvider() throws Exception {
    Path efuses = Files.createTempDirectory(Settings.work(), "gate").resolve("efuses.bin");
    new EcdsaProvisioning("esp32h2", efuses).burnNew(KeyBlocks.p256(BLOCK), Protection.FULL);
    int known = platform.told();
    // It comes first by rank from either end.
    Bundle low = start(intruder(-1000).header("Chaos-Property", "conscrypt").build());
    platform.awaitEvent(known, StackEventType.REFUSED, INTRUDER, "allowed.stacks");
    try {
      platform.configure(
          "io.sallyport.hw.ecdsa",
          Map.of("efuse.file", efuses.toString(), "block", BLOCK, "suites", "any"));
      awaitHardwareOn("conscrypt");
      uninstall(low, "conscrypt");

      start(intruder(1000).build());
      platform.stacks().swap("bouncycastle");
      awaitHardwareOn("bouncycastle");
      Bundle plain = platform.bundle("io.sallyport.stack.bouncycastle");
      plain.stop(); // Its successor is the best one.
      try {
        awaitHardwareOn("conscrypt");
      } finally {
        plain.start();
      }
      assertEquals("Nothing of it was called", List.of(), intruder.calls());

      platform.configureAnew(Map.of("allowed.stacks", allowed(INTRUDER)));
      platform.awaitActive("intruder");
      awaitHardwareOn("intruder");
      platform.configure(Map.of());
      awaitHardwareOn("conscrypt");
    } finally {
      platform.unconfigure("io.sallyport.hw.ecdsa");
    }
    Await.until("the provider has gone", () -> platform.candidate("ecdsa").isEmpty());
  }

  private static void awaitHardwareOn(String plain) throws Exception {
    Await.until(
        "the provider's stack is on " + plain,
        () -> {
          List<String> on =
              platform.stacks().candidates().stream()
                  .filter(stack -> stack.name().equals("ecdsa"))
                  .map(StackDTO::libraryVersion)
                  .toList();
          return on.size() == 1 && on.get(0).startsWith("on " + plain + " ");
        });
  }

  private void assertRegistrationIsRefused(TestBundle registering) throws Exception {
    platform.stacks().unregister(); // The place is free.
    try {
      int known = platform.told();
      Bundle bundle = install(registering.header("Chaos-Register", "true").build());
      try {
        bundle.start();
        fail("It was registered.");
      } catch (BundleException e) {
        TlsException cause = (TlsException) e.getCause();
        assertEquals(TlsErrorCode.NOT_SUPPORTED, cause.code());
        assertTrue(cause.getMessage(), cause.getMessage().contains("allowed.stacks"));
      }
      platform.awaitEvent(known, StackEventType.REFUSED, "allowed.stacks");
      platform.log().await("is refused", "allowed.stacks");
      assertTrue(platform.stacks().registered().isEmpty());
      assertEquals("Nothing of it was called", List.of(), intruder.calls());
    } finally {
      platform.stacks().swap("conscrypt");
    }
  }

  @Test
  public void registrationByAListedBundleSucceeds() throws Exception {
    platform.configure(Map.of("allowed.stacks", allowed("org.example.*")));
    platform.stacks().unregister();
    Bundle bundle = install(intruder(0).header("Chaos-Register", "true").build());
    bundle.start();
    assertEquals("intruder", platform.active());
    talk();
    assertTrue(intruder.calls().contains("handshake"));
    platform.stacks().unregister();
    platform.stacks().swap("conscrypt");
  }

  @Test
  public void aListedBundleTakesPartAndLosesTheTrafficWhenItIsTakenOffTheList() throws Exception {
    start(intruder(Integer.MAX_VALUE).build());
    Await.until("it is refused", () -> platform.candidate("intruder").isPresent());
    assertEquals(CandidateState.REFUSED, platform.state("intruder"));

    platform.configure(Map.of("allowed.stacks", allowed(INTRUDER)));
    platform.awaitActive("intruder");
    try (SSLSocket early = JdkTls.connect(jdk, port)) {
      assertTrue(intruder.calls().contains("handshake"));

      int known = platform.told();
      platform.configure(Map.of());
      platform.awaitActive("conscrypt");
      platform.awaitEvent(known, StackEventType.REFUSED, INTRUDER, "allowed.stacks");
      assertEquals(CandidateState.REFUSED, platform.state("intruder"));
      long handles = handles();
      talk();
      assertEquals("New handles", handles, handles());
      // What it carries already drains in order.
      Exchange.small(early.getInputStream(), early.getOutputStream());
    }
  }

  @Test
  public void whereSignersAreConfiguredOnlyWhatTheySignedAsAWholePasses() throws Exception {
    Issued signer = CertificateAuthority.root("CN=Root").certificate().subject("CN=Signer").issue();
    Issued other = CertificateAuthority.root("CN=Root").certificate().subject("CN=Signer").issue();
    Path plain = intruder(Integer.MAX_VALUE).build();
    Path signed = sign(plain, signer, signer.chain());
    platform.configure(
        Map.of(
            "allowed.stacks",
            allowed(INTRUDER),
            "allowed.signers",
            new String[] {fingerprint(signer.certificate())}));

    assertPasses(signed);
    assertPasses(TestBundle.changed(signed, beside(signed), Map.of()));
    assertRefused("is not signed", plain);
    assertRefused(
        "is signed by " + fingerprint(other.certificate()),
        sign(plain, other, List.of(other.certificate())));
    assertRefused(
        "is not signed, or not as a whole",
        TestBundle.changed(
            signed,
            beside(signed),
            Map.of("chaos/Activator$Store.class", entry(signed, "chaos/Activator.class"))));
    assertRefused(
        "is not signed, or not as a whole",
        TestBundle.changed(
            signed,
            beside(signed),
            Map.of("chaos/More.class", entry(signed, "chaos/Activator.class"))));
  }

  /** Certificates are public: to show one is not to have its key. */
  @Test
  public void aSignerWhoOnlyShowsTheAllowedCertificateAsItsIssuerIsRefused() throws Exception {
    CertificateAuthority real = CertificateAuthority.root("CN=Signer");
    Issued forged = CertificateAuthority.root("CN=Signer").certificate().subject("CN=Any").issue();
    Issued honest = real.certificate().subject("CN=Any").issue();
    Path plain = intruder(Integer.MAX_VALUE).build();
    platform.configure(
        Map.of(
            "allowed.stacks",
            allowed(INTRUDER),
            "allowed.signers",
            new String[] {fingerprint(real.authorityCertificate())}));

    assertRefused(
        "is signed by",
        sign(plain, forged, List.of(forged.certificate(), real.authorityCertificate())));
    assertPasses(sign(plain, honest, List.of(honest.certificate(), real.authorityCertificate())));
  }

  private void assertPasses(Path jar) throws Exception {
    Bundle bundle = start(jar);
    platform.awaitActive("intruder");
    talk();
    uninstall(bundle);
  }

  private void assertRefused(String why, Path jar) throws Exception {
    int known = platform.told();
    Bundle bundle = start(jar);
    String said = platform.awaitEvent(known, StackEventType.REFUSED, INTRUDER, why).sentence();
    assertTrue(said, said.contains("allowed.signers"));
    assertEquals(CandidateState.REFUSED, platform.state("intruder"));
    uninstall(bundle);
  }

  private void uninstall(Bundle bundle) throws Exception {
    uninstall(bundle, "intruder");
  }

  private void uninstall(Bundle bundle, String shownAs) throws Exception {
    installed.remove(bundle);
    bundle.uninstall();
    Await.until(
        "it has gone",
        () ->
            platform.stacks().candidates().stream()
                .noneMatch(
                    stack -> stack.name().equals(shownAs) && stack.bundle().equals(INTRUDER)));
  }

  private static TestBundle intruder(int ranking) throws IOException {
    return TestBundle.chaos(INTRUDER, "intruder", ranking);
  }

  private Bundle install(Path jar) throws BundleException {
    Bundle bundle = platform.install(jar);
    installed.add(bundle);
    return bundle;
  }

  private Bundle start(Path jar) throws BundleException {
    Bundle bundle = install(jar);
    bundle.start();
    return bundle;
  }

  private static String[] allowed(String more) {
    List<String> all = new ArrayList<>(USUAL);
    all.add(more);
    return all.toArray(String[]::new);
  }

  private long handles() {
    return intruder.calls().stream().filter("newHandle"::equals).count();
  }

  private static void talk() throws Exception {
    try (SSLSocket socket = JdkTls.connect(jdk, port)) {
      Exchange.small(socket.getInputStream(), socket.getOutputStream());
    }
  }

  private static void assertSwapFails(String target, TlsErrorCode code, String... parts)
      throws Exception {
    try {
      platform.stacks().swap(target);
      fail("It took over.");
    } catch (TlsException e) {
      assertEquals(code, e.code());
      assertTrue(e.getMessage(), LogLines.holds(e.getMessage(), parts));
    }
    assertFalse(platform.active().equals("intruder"));
  }

  private static Path sign(Path jar, Issued signer, List<X509Certificate> shown) throws Exception {
    Path signed = beside(jar);
    try (ZipFile in = new ZipFile(jar.toFile());
        OutputStream out = Files.newOutputStream(signed)) {
      new JarSigner.Builder(
              signer.key(), CertificateFactory.getInstance("X.509").generateCertPath(shown))
          .signerName("TEST")
          .build()
          .sign(in, out);
    }
    return signed;
  }

  private static Path beside(Path jar) throws IOException {
    return Files.createTempFile(jar.getParent(), "signed", ".jar");
  }

  private static byte[] entry(Path jar, String name) throws IOException {
    try (ZipFile in = new ZipFile(jar.toFile())) {
      return in.getInputStream(in.getEntry(name)).readAllBytes();
    }
  }

  private static String fingerprint(X509Certificate certificate) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
  }
}
