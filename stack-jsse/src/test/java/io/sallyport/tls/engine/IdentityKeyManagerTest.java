package io.sallyport.tls.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.tls.Identity;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stands here for the same reason as {@link PeerVerifierTest}. */
class IdentityKeyManagerTest {
  private static final CertificateAuthority ROOT = CertificateAuthority.root("CN=Root");

  @ParameterizedTest(name = "{0} key for {1}: {2}")
  @CsvSource({
    "EC_P256, EC, true",
    "EC_P256, EC_EC, true",
    "EC_P256, ECDHE_ECDSA, true",
    "EC_P256, EC/secp256r1, true",
    "EC_P256, EC/secp384r1, false",
    "EC_P384, EC/secp384r1, true",
    "EC_P256, RSA, false",
    "EC_P256, ECDHE_RSA, false",
    "EC_P256, Ed25519, false",
    "RSA_2048, RSA, true",
    "RSA_2048, ECDHE_RSA, true",
    "RSA_2048, DHE_RSA, true",
    "RSA_2048, EC, false",
    "RSA_2048, RSASSA-PSS, false"
  })
  void knowsTheKeyTypesOfAllLibraries(KeyType key, String asked, boolean expected)
      throws Exception {
    assertEquals(expected, manager(ROOT.certificate().key(key).issue()).matches(asked));
  }

  @Test
  void handsTheKeyOnAsItIs() throws Exception {
    Issued issued = ROOT.certificate().issue();
    IdentityKeyManager manager = manager(issued);
    String alias = manager.chooseEngineServerAlias("EC", null, null);
    assertSame(issued.key(), manager.getPrivateKey(alias));
    assertArrayEquals(
        issued.chain().toArray(new X509Certificate[0]), manager.getCertificateChain(alias));
    assertNull(manager.getPrivateKey("another"));
    assertNull(manager.chooseEngineServerAlias("RSA", null, null));
  }

  private static IdentityKeyManager manager(Issued issued) throws Exception {
    return new IdentityKeyManager(Identity.of(issued.chain(), issued.key()));
  }
}
