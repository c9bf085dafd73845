package io.sallyport.hw.ds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.DeviceLostException;
import io.sallyport.hw.HardwareKeys;
import io.sallyport.hw.HeldKey;
import io.sallyport.hw.Limits;
import io.sallyport.hw.PrivateFile;
import io.sallyport.hw.testkit.Loggers;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.key.HardwareKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files, certificates and keys that come with a connection. */
class DsHardwareTest {
  private static final KeyPair PAIR = KeyType.RSA_2048.generate();
  private static final KeyPair OTHER = KeyType.RSA_2048.generate();
  private static final CertificateAuthority AUTHORITY = CertificateAuthority.root("CN=Root");

  @TempDir private Path folder;
  private Path hmacKey;
  private Path parameters;
  private Path certificate;

  @BeforeEach
  void provision() throws Exception {
    hmacKey = folder.resolve("hmac.key");
    parameters = folder.resolve("ds.bin");
    certificate = folder.resolve("device.pem");
    DsProvisioning.write(DsChip.ESP32C3, (RSAPrivateKey) PAIR.getPrivate(), hmacKey, parameters);
    write(PAIR);
  }

  private void write(KeyPair pair) throws Exception {
    Issued issued = AUTHORITY.certificate().key(pair).issue();
    Files.write(certificate, Pem.certificates(issued.chain()));
  }

  private DsHardware hardware(Optional<Path> default_, int keyId) {
    return new DsHardware(
        new DsSettings(
            DsChip.ESP32C3,
            hmacKey,
            keyId,
            default_,
            default_.isPresent() ? Optional.of(certificate) : Optional.empty()));
  }

  @Test
  void theKeyIsFoundWithItsCertificate() throws Exception {
    HeldKey key = hardware(Optional.of(parameters), 2).connect().get(0);
    assertEquals("2", key.id());
    assertEquals(PAIR.getPublic(), key.publicKey());
    assertEquals(1, key.certificates().size());
  }

  @Test
  void onlyTheOwnerCanReadTheEfuseKey() throws Exception {
    assertEquals(32, Files.size(hmacKey));
    assertFalse(PrivateFile.isOpenToOthers(hmacKey));
  }

  @Test
  void aCertificateForAnotherKeyIsRefused() throws Exception {
    write(OTHER);
    TlsException refusal =
        assertThrows(TlsException.class, () -> hardware(Optional.of(parameters), 0).connect());
    assertEquals(TlsErrorCode.INVALID_ARG, refusal.code());
    assertTrue(refusal.getMessage().contains("is not for the key"), refusal.getMessage());
  }

  @Test
  void filesThatAreMissingOrWrongAreToldApart() throws Exception {
    Files.write(parameters, new byte[1221]);
    assertEquals(
        TlsErrorCode.INVALID_ARG,
        assertThrows(TlsException.class, () -> hardware(Optional.of(parameters), 0).connect())
            .code());
    Files.delete(parameters);
    assertThrows(DeviceLostException.class, () -> hardware(Optional.of(parameters), 0).connect());
    provision();
    Files.write(hmacKey, new byte[32]);
    TlsException digest =
        assertThrows(TlsException.class, () -> hardware(Optional.of(parameters), 0).connect());
    assertTrue(digest.getMessage().endsWith("[INVALID_DIGEST, 0xC004]"), digest.getMessage());
    Files.delete(hmacKey);
    assertThrows(DeviceLostException.class, () -> hardware(Optional.of(parameters), 0).connect());
  }

  /** ESP-TLS: ds_data and efuse_key_id of a connection. */
  @Test
  void aConnectionBringsItsKey() throws Exception {
    byte[] data = Files.readAllBytes(parameters);
    try (HardwareKeys keys =
        HardwareKeys.open(
            "ds",
            hardware(Optional.empty(), 1),
            new Limits(4, Duration.ofSeconds(20)),
            Loggers.quiet())) {
      assertEquals(List.of(), keys.provider().keys());
      HardwareKey key = keys.provider().key(KeyReference.digitalSignature(data, 1));
      assertEquals(PAIR.getPublic(), key.publicKey());
      Signature signer = Signature.getInstance("SHA256withRSA");
      signer.initSign(key.privateKey());
      signer.update(data);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance("SHA256withRSA");
      verifier.initVerify(PAIR.getPublic());
      verifier.update(data);
      assertTrue(verifier.verify(signature));

      TlsException purpose =
          assertThrows(
              TlsException.class,
              () -> keys.provider().key(KeyReference.digitalSignature(data, 2)));
      assertTrue(purpose.getMessage().endsWith("[HMAC_FAIL, 0xC001]"), purpose.getMessage());
      assertEquals(
          TlsErrorCode.INVALID_ARG,
          assertThrows(
                  TlsException.class,
                  () -> keys.provider().key(KeyReference.digitalSignature(data, 6)))
              .code());
      data[500] ^= 1;
      TlsException digest =
          assertThrows(
              TlsException.class,
              () -> keys.provider().key(KeyReference.digitalSignature(data, 1)));
      assertTrue(digest.getMessage().endsWith("[INVALID_DIGEST, 0xC004]"), digest.getMessage());
      assertThrows(TlsException.class, () -> keys.provider().key(KeyReference.of("ds")));
    }
  }
}
