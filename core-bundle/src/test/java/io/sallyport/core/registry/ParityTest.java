package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.ParityLoss;
import io.sallyport.tls.stack.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParityTest {
  private final Configurations configurations = new Configurations();
  private final List<TlsConfig> recent = new ArrayList<>();
  private final Parity parity = new Parity(configurations, () -> recent);

  private static Candidate stack(String name, TlsVersion versions, Feature... features) {
    Capabilities.Builder capabilities =
        Capabilities.builder().without(versions, Feature.ALPN, "its maker is lazy");
    for (Role role : Role.values()) {
      capabilities.with(versions, role, Feature.HANDSHAKE).with(versions, role, features);
    }
    Capabilities built = capabilities.build();
    return new Candidate(
        new FakeStack(name) {
          @Override
          public Capabilities capabilities() {
            return built;
          }
        },
        "bundle",
        0,
        1,
        Map.of(),
        Set::of);
  }

  private List<ParityLoss> losses(Candidate active, Candidate candidate) {
    return parity.losses(active.ops().capabilities(), candidate);
  }

  private static ClientConfig.Builder client() throws TlsException {
    return ClientConfig.builder()
        .authorities(List.of(CertificateAuthority.root("CN=CA").authorityCertificate()));
  }

  private static SessionInfo resumed(TlsVersion version) {
    return new SessionInfo(
        "a",
        version,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        true);
  }

  @Test
  void whatAConfigurationRequiresIsNamedWithWhoUsesItAndWhyItIsMissing() throws Exception {
    configurations.add("route web", client().alpn(List.of("h2")).build());
    configurations.add("route mqtt", client().build());
    List<ParityLoss> losses =
        losses(stack("a", TlsVersion.ANY, Feature.ALPN), stack("b", TlsVersion.ANY));
    assertEquals(2, losses.size(), losses.toString());
    assertTrue(losses.stream().allMatch(ParityLoss::required));
    assertEquals(
        "b cannot do ALPN as client with TLSv1.3, required by route web: its maker is lazy.",
        losses.get(0).sentence());
    assertEquals(List.of(), parity.losses(null, stack("c", TlsVersion.ANY, Feature.ALPN)));
  }

  @Test
  void whatWasSeenIsALossOnlyIfTheActiveStackDoesItAndTheOtherDoesNot() throws Exception {
    TlsConfig config = client().build();
    configurations.add("route web", config);
    Candidate able = stack("able", TlsVersion.ANY, Feature.SESSION_RESUMPTION);
    Candidate unable = stack("unable", TlsVersion.ANY);
    assertEquals(List.of(), losses(able, unable));
    configurations.observed(config).handshake(resumed(TlsVersion.TLS_1_3));
    configurations.observed(config).handshake(resumed(TlsVersion.TLS_1_3));
    List<ParityLoss> losses = losses(able, unable);
    assertEquals(1, losses.size(), losses.toString());
    assertFalse(losses.get(0).required());
    assertEquals(
        "unable cannot do session resumption as client with TLSv1.3, used by route web, seen in 2"
            + " connections.",
        losses.get(0).sentence());
    assertEquals(List.of(), losses(unable, unable));
    assertEquals(List.of(), losses(unable, able));
  }

  @Test
  void aVersionThatIsMissingIsFatalOnlyWhenNoneIsLeft() throws Exception {
    configurations.add("both", client().build());
    configurations.add("old", client().version(TlsVersion.TLS_1_2).build());
    List<ParityLoss> losses = losses(stack("a", TlsVersion.ANY), stack("b", TlsVersion.TLS_1_3));
    assertEquals(2, losses.size(), losses.toString());
    assertFalse(losses.get(0).required());
    assertTrue(losses.get(1).required());
    assertTrue(losses.get(1).usedBy().equals("old"));
  }

  @Test
  void suitesThatTheOtherStackHasNotAreNamed() throws Exception {
    configurations.add(
        "route web",
        client().cipherSuites(List.of(CipherSuite.ofNumber(0x1302).orElseThrow())).build());
    List<ParityLoss> losses = losses(stack("a", TlsVersion.ANY), stack("b", TlsVersion.ANY));
    assertEquals(1, losses.size(), losses.toString());
    assertTrue(losses.get(0).sentence().contains("TLS_AES_256_GCM_SHA384"));
    assertTrue(losses.get(0).required());
  }

  @Test
  void singleConnectionsBlockNothingByThemselves() throws Exception {
    recent.add(client().alpn(List.of("h2")).build());
    List<ParityLoss> losses =
        losses(stack("a", TlsVersion.ANY, Feature.ALPN), stack("b", TlsVersion.ANY));
    assertEquals(2, losses.size());
    assertTrue(losses.stream().noneMatch(ParityLoss::required));
    assertTrue(losses.get(0).sentence().contains("single connections"));
  }
}
