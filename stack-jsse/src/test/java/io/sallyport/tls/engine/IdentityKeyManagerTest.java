package io.sallyport.tls.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.tls.Identity;
import io.sallyport.tls.stack.Capabilities;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
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
    assertEquals(
        expected, new OwnKey("own", identity(ROOT.certificate().key(key).issue())).matches(asked));
  }

  @Test
  void handsTheKeyOnAsItIs() throws Exception {
    Issued issued = ROOT.certificate().issue();
    IdentityKeyManager manager = new IdentityKeyManager(identities(issued));
    SSLEngine engine = engine(1);
    String alias = manager.chooseEngineServerAlias("EC", null, engine);
    assertSame(issued.key(), manager.getPrivateKey(alias));
    assertArrayEquals(
        issued.chain().toArray(new X509Certificate[0]), manager.getCertificateChain(alias));
    assertNull(manager.getPrivateKey("another"));
    assertNull(manager.chooseEngineServerAlias("RSA", null, engine));
  }

  @Test
  void showsWhatWasChosenForAnEngineUntilThatIsForgotten() throws Exception {
    Issued own = ROOT.certificate().issue();
    Issued other = ROOT.certificate().issue();
    OwnIdentities identities = identities(own);
    identities.choose(7, identity(other));
    IdentityKeyManager manager = new IdentityKeyManager(identities);
    assertSame(other.key(), manager.getPrivateKey(alias(manager, 7)));
    assertSame(own.key(), manager.getPrivateKey(alias(manager, 8)));
    String chosen = alias(manager, 7);
    identities.forget(7);
    assertSame(own.key(), manager.getPrivateKey(alias(manager, 7)));
    assertSame(other.key(), manager.getPrivateKey(chosen)); // A handshake may be just there.
  }

  private static String alias(IdentityKeyManager manager, int key) throws Exception {
    return manager.chooseEngineServerAlias("EC", null, engine(key));
  }

  private static SSLEngine engine(int key) throws Exception {
    return SSLContext.getDefault().createSSLEngine("localhost", key);
  }

  private static OwnIdentities identities(Issued issued) throws Exception {
    return new OwnIdentities(new PlainLibrary(), Optional.of(identity(issued)));
  }

  private static Identity identity(Issued issued) throws Exception {
    return Identity.of(issued.chain(), issued.key());
  }

  /** Takes keys as they are. */
  private static final class PlainLibrary implements EngineLibrary {
    @Override
    public String name() {
      return "plain";
    }

    @Override
    public String version() {
      return "0";
    }

    @Override
    public Capabilities capabilities() {
      return Capabilities.builder().build();
    }

    @Override
    public SSLContext newContext() throws NoSuchAlgorithmException {
      return SSLContext.getInstance("TLS");
    }
  }
}
