package io.sallyport.core.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.stack.conscrypt.ConscryptStack;
import io.sallyport.stack.jsse.JsseStack;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.PreSharedKey;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.TlsStackOps;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which private key a configuration uses. */
class KeyProvidersTest {
  private static final CertificateAuthority OTHER = CertificateAuthority.root("CN=Other");
  private static final CipherSuite AES_128 =
      CipherSuite.ofNames(List.of("TLS_AES_128_GCM_SHA256")).get(0);
  private static final CipherSuite ECDHE =
      CipherSuite.ofNames(List.of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")).get(0);
  private static final CipherSuite AES_256 =
      CipherSuite.ofNames(List.of("TLS_AES_256_GCM_SHA384")).get(0);

  private final KeyProviders providers = new KeyProviders();
  private final TlsStackOps stack = new JsseStack();
  private final FakeProvider element = new FakeProvider("atecc608a", List.of());
  private final FakeProvider peripheral = new FakeProvider("ecdsa", List.of(AES_128));

  private TlsConfig resolve(TlsConfig config) throws TlsException {
    return providers.resolve(config, stack);
  }

  KeyProvidersTest() throws TlsException {}

  private static ClientConfig.Builder client() {
    return ClientConfig.builder().authorities(List.of(OTHER.authorityCertificate()));
  }

  @Test
  void theIdentityOfTheProviderTakesThePlaceOfTheReference() throws Exception {
    providers.add(element);
    for (TlsConfig config :
        List.of(
            client().hardwareKey(KeyReference.secureElement()).build(),
            ServerConfig.builder().hardwareKey(KeyReference.secureElement()).build())) {
      assertTrue(config.identity().isEmpty());
      TlsConfig complete = resolve(config);
      assertSame(element.issued.key(), complete.identity().orElseThrow().privateKey());
      assertEquals(element.issued.chain(), complete.identity().orElseThrow().chain());
      assertTrue(complete.hardwareKey().isEmpty());
      assertSame(config.trust(), complete.trust());
    }
    TlsConfig plain = client().build();
    assertSame(plain, resolve(plain));
  }

  @Test
  void otherCertificatesForTheSameKeyAreTakenAndForAnotherKeyRefused() throws Exception {
    providers.add(element);
    Issued again =
        OTHER
            .certificate()
            .subject("CN=again")
            .key(
                new java.security.KeyPair(
                    element.issued.certificate().getPublicKey(), element.issued.key()))
            .issue();
    KeyReference own = KeyReference.secureElement().withCertificates(again.chain());
    TlsConfig complete = resolve(client().hardwareKey(own).build());
    assertEquals(again.chain(), complete.identity().orElseThrow().chain());

    KeyReference wrong =
        KeyReference.secureElement().withCertificates(OTHER.certificate().issue().chain());
    TlsConfig config = client().hardwareKey(wrong).build();
    TlsException refusal = assertThrows(TlsException.class, () -> resolve(config));
    assertEquals(TlsErrorCode.SSL_CONF_OWN_CERT_FAILED, refusal.code());
    assertTrue(
        refusal.getMessage().contains("is not for EC key 'slot 0' of atecc608a"),
        refusal.getMessage());
  }

  @Test
  void onlyTheSuitesOfTheKeyAreOffered() throws Exception {
    providers.add(peripheral);
    KeyReference key = KeyReference.ecdsaPeripheral(4);
    assertEquals(List.of(AES_128), resolve(client().hardwareKey(key).build()).cipherSuites());
    TlsConfig more = client().hardwareKey(key).cipherSuites(List.of(AES_256, AES_128)).build();
    assertEquals(List.of(AES_128), resolve(more).cipherSuites());
    for (TlsConfig none :
        List.of(
            client().hardwareKey(key).cipherSuites(List.of(AES_256)).build(),
            client().hardwareKey(key).version(TlsVersion.TLS_1_2).build())) {
      TlsException refusal = assertThrows(TlsException.class, () -> resolve(none));
      assertEquals(TlsErrorCode.INVALID_ARG, refusal.code());
    }
  }

  /** Conscrypt cannot be told which suites of TLS 1.3 to offer. */
  @Test
  void versionsInWhichAStackWouldOfferMoreAreNotOffered() throws Exception {
    FakeProvider both = new FakeProvider("ecdsa", List.of(AES_128, ECDHE));
    providers.add(both);
    TlsStackOps conscrypt = new ConscryptStack();
    KeyReference key = KeyReference.ecdsaPeripheral(4);
    TlsConfig any = client().hardwareKey(key).build();
    assertEquals(List.of(ECDHE), providers.resolve(any, conscrypt).cipherSuites());
    assertEquals(List.of(AES_128, ECDHE), resolve(any).cipherSuites());
    TlsConfig newest = client().hardwareKey(key).version(TlsVersion.TLS_1_3).build();
    TlsException refusal =
        assertThrows(TlsException.class, () -> providers.resolve(newest, conscrypt));
    assertEquals(TlsErrorCode.NOT_SUPPORTED, refusal.code());
    assertTrue(refusal.getMessage().contains("TLSv1.3"), refusal.getMessage());
  }

  @Test
  void aProviderThatIsNotThereIsNamedWithThoseThatAre() throws Exception {
    TlsConfig config = client().hardwareKey(KeyReference.of("pkcs11", "web")).build();
    TlsException none = assertThrows(TlsException.class, () -> resolve(config));
    assertEquals(TlsErrorCode.SE_FAILED, none.code());
    assertEquals(
        "The configuration uses key 'web' of pkcs11, but there is no such provider of hardware"
            + " keys; there are: none.",
        none.getMessage());
    providers.add(element);
    providers.add(peripheral);
    providers.remove(element);
    TlsException other = assertThrows(TlsException.class, () -> resolve(config));
    assertTrue(other.getMessage().endsWith("there are: ecdsa."), other.getMessage());
  }

  @Test
  void severalPrivateKeysContradictEachOther() throws Exception {
    Issued software = OTHER.certificate().issue();
    Identity identity = Identity.of(software.chain(), software.key());
    KeyReference element = KeyReference.secureElement();
    KeyReference ds = KeyReference.digitalSignature(new byte[1220], 0);
    assertContradiction(
        assertThrows(
            TlsException.class, () -> client().identity(identity).hardwareKey(element).build()));
    assertContradiction(
        assertThrows(
            TlsException.class, () -> client().hardwareKey(ds).hardwareKey(element).build()));
    assertContradiction(
        assertThrows(
            TlsException.class,
            () -> ServerConfig.builder().identity(identity).hardwareKey(ds).build()));
    assertThrows(
        TlsException.class,
        () ->
            ServerConfig.builder()
                .preSharedKeys(List.of(PreSharedKey.of("me", new byte[32])))
                .hardwareKey(ds)
                .build());
  }

  private static void assertContradiction(TlsException refusal) {
    assertEquals(TlsErrorCode.INVALID_ARG, refusal.code());
    assertTrue(refusal.getMessage().contains("several private keys"), refusal.getMessage());
  }

  @Test
  void parametersAreCopiedAndNotShown() {
    byte[] data = {1, 2, 3};
    KeyReference reference = KeyReference.digitalSignature(data, 5);
    data[0] = 9;
    assertEquals(1, reference.parameters().orElseThrow()[0]);
    reference.parameters().orElseThrow()[0] = 9;
    assertEquals(1, reference.parameters().orElseThrow()[0]);
    assertEquals("key '5' of ds", reference.toString());
    assertEquals("the default key of atecc608a", KeyReference.secureElement().toString());
    assertEquals("5,6", KeyReference.ecdsaPeripheral(5, 6).key());
  }
}
