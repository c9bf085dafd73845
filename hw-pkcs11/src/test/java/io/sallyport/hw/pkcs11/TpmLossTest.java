package io.sallyport.hw.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.key.KeyHealth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A TPM that goes and comes back, and how often it is given a wrong PIN. */
@ExtendWith(Needs.ATpm.class)
final class TpmLossTest {
  @TempDir private static Path folder;

  private static Tpm tpm;

  @BeforeAll
  static void start() throws Exception {
    tpm = Tpm.in(folder);
    tpm.key("device", List.of("-keyalg", "EC", "-groupname", "secp256r1"));
  }

  @Test
  void aTpmThatWasAwayServesAgain() throws Exception {
    try (OpenKeys keys = OpenKeys.open("tpm", tpm.settings(Tpm.PIN), new TokenLibraries())) {
      for (int i = 0; i < 2; i++) {
        assertTrue(keys.sign());
        tpm.kill();
        assertUnavailable(keys);
        assertUnavailable(keys);
        tpm.start();
        assertTrue(keys.sign());
        assertEquals(KeyHealth.State.READY, keys.health().state());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"ecc256, EC", "rsa2048, RSA"})
  void aKeyThatTheTpmsToolsMadeServesWithACertificateFromAFile(String kind, String algorithm)
      throws Exception {
    PublicKey key = tpm.bareKey(kind, kind, algorithm);
    CertificateAuthority authority = CertificateAuthority.root("CN=TPM Root");
    KeyPair pair = new KeyPair(key, authority.certificate().subject("CN=unused").issue().key());
    List<X509Certificate> chain =
        authority.certificate().subject("CN=device").key(pair).issue().chain();
    Path file = Files.write(folder.resolve(kind + ".pem"), Pem.certificates(chain));
    Settings settings = tpm.settings(Tpm.PIN, "key.label", kind, "certificate", file.toString());
    try (OpenKeys keys = OpenKeys.open("tpm", settings, new TokenLibraries())) {
      assertTrue(keys.sign());
      tpm.kill();
      assertUnavailable(keys);
      tpm.start();
      assertTrue(keys.sign());
    }
  }

  /** A call into the module cannot be ended from outside: the queue's deadline ends the wait. */
  @Test
  void aTpmThatFreezesCostsTimeAndServesAgain() throws Exception {
    Duration deadline = Duration.ofSeconds(2);
    try (OpenKeys keys =
        OpenKeys.open(
            "tpm", tpm.settings(Tpm.PIN, "key.label", "device"), new TokenLibraries(), deadline)) {
      assertTrue(keys.sign());
      tpm.freeze();
      for (int i = 0; i < 2; i++) {
        SignatureException failure = assertThrows(SignatureException.class, keys::sign);
        TlsException cause = assertInstanceOf(TlsException.class, failure.getCause());
        assertEquals(TlsErrorCode.TIMEOUT, cause.code(), cause.getMessage());
      }
      tpm.unfreeze();
      assertTrue(keys.sign());
    }
  }

  private static void assertUnavailable(OpenKeys keys) {
    SignatureException failure = assertThrows(SignatureException.class, keys::sign);
    TlsException cause = assertInstanceOf(TlsException.class, failure.getCause());
    assertEquals(TlsErrorCode.SE_FAILED, cause.code(), cause.getMessage());
    assertEquals(KeyHealth.State.UNAVAILABLE, keys.health().state());
  }

  @Test
  void aWrongPinReachesTheTpmOnce() throws Exception {
    int before = tpm.wrongPins();
    Settings settings = tpm.settings("111111");
    TokenLibraries libraries = new TokenLibraries();
    TokenLibrary library = libraries.acquire(settings.library());
    Pkcs11Hardware hardware = new Pkcs11Hardware(settings, library, warning -> {});
    for (int i = 0; i < 4; i++) {
      TlsException refusal = assertThrows(TlsException.class, hardware::connect);
      assertEquals(TlsErrorCode.INVALID_ARG, refusal.code());
      assertTrue(refusal.getMessage().contains("CKR_PIN_INCORRECT"), refusal.getMessage());
      hardware.close();
    }
    libraries.release(library);
    assertEquals(before + 1, tpm.wrongPins());
  }
}
