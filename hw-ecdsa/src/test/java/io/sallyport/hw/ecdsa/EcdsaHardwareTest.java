package io.sallyport.hw.ecdsa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.DeviceLostException;
import io.sallyport.hw.HeldKey;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EcdsaHardwareTest {
  private static final CertificateAuthority AUTHORITY = CertificateAuthority.root("CN=Root");
  private static final Issued OWN = AUTHORITY.certificate().subject("CN=own").issue();

  @TempDir private Path folder;
  private Path file;
  private KeyBlocks blocks;

  @BeforeEach
  void names() throws Exception {
    file = folder.resolve("efuse.bin");
    blocks = KeyBlocks.p256(4);
  }

  private EcdsaHardware hardware(Optional<KeyBlocks> key, Optional<Path> certificate)
      throws TlsException {
    return new EcdsaHardware(
        new EcdsaSettings(
            "esp32c5",
            file,
            key,
            certificate,
            Nonce.DETERMINISTIC,
            EcdsaSettings.DOCUMENTED_SUITES));
  }

  private static TlsException refused(TlsErrorCode code, TlsException refusal) {
    assertEquals(code, refusal.code(), refusal.getMessage());
    return refusal;
  }

  @Test
  void givesTheSignatureOfRfc6979WithTheKeyInAFileOfEspefuse() throws Exception {
    Files.write(
        file,
        new VirtualFile()
            .key(4, Samples.P_256_KEY)
            .field(86, 5, 1)
            .writeProtect(4)
            .remains()
            .bytes());
    HeldKey.Ec key = (HeldKey.Ec) hardware(Optional.of(blocks), Optional.empty()).connect().get(0);
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest("sample".getBytes(StandardCharsets.US_ASCII));
    assertEquals("4", key.id());
    assertEquals(EcdsaSettings.DOCUMENTED_SUITES, key.cipherSuites());
    assertEquals(
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
            + "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        HexFormat.of().formatHex(key.operation().sign(digest)));
  }

  @Test
  void theDocumentedSuitesAreTheOnlyOnes() throws Exception {
    assertEquals(
        List.of("TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        EcdsaSettings.suites("documented").stream().map(Object::toString).toList());
    assertEquals(List.of(), EcdsaSettings.suites("any"));
    refused(
        TlsErrorCode.INVALID_ARG,
        assertThrows(TlsException.class, () -> EcdsaSettings.suites("all")));
  }

  @Test
  void loadsTheKeysThatConnectionsName() throws Exception {
    EcdsaProvisioning provisioning = new EcdsaProvisioning("esp32c5", file);
    var small = provisioning.burnNew(KeyBlocks.p256(8), Protection.FULL);
    var large = provisioning.burnNew(KeyBlocks.p384(5, 4), Protection.FULL);
    EcdsaHardware hardware = hardware(Optional.empty(), Optional.empty());
    assertEquals(List.of(), hardware.connect());

    HeldKey first = hardware.load(KeyReference.ecdsaPeripheral(8));
    assertEquals(small, first.publicKey());
    assertEquals("8", first.id());
    assertEquals(EcdsaSettings.DOCUMENTED_SUITES, first.cipherSuites());
    HeldKey.Ec second = (HeldKey.Ec) hardware.load(KeyReference.ecdsaPeripheral(5, 4));
    assertEquals(large, second.publicKey());
    assertEquals("5,4", second.id());
    assertEquals(96, second.operation().sign(new byte[48]).length);
  }

  @Test
  void refusesReferencesThatNameNoKey() throws Exception {
    new EcdsaProvisioning("esp32c5", file).burnNew(KeyBlocks.p256(8), Protection.FULL);
    EcdsaHardware hardware = hardware(Optional.empty(), Optional.empty());
    for (KeyReference reference :
        List.of(
            KeyReference.ecdsaPeripheral(3),
            KeyReference.ecdsaPeripheral(4),
            KeyReference.ecdsaPeripheral(8, 8),
            KeyReference.ecdsaPeripheral(8, 9),
            KeyReference.of("ecdsa", "KEY0"),
            KeyReference.of("ecdsa"),
            KeyReference.digitalSignature(new byte[] {1}, 8))) {
      refused(
          TlsErrorCode.INVALID_ARG,
          assertThrows(TlsException.class, () -> hardware.load(reference)));
    }
  }

  @Test
  void takesTheCertificateThatBelongsToTheKeyOnly() throws Exception {
    var publicKey =
        new EcdsaProvisioning("esp32c5", file)
            .burn(blocks, Pem.privateKey(OWN.key()), Protection.FULL);
    Path certificate = folder.resolve("chain.pem");
    Files.write(certificate, Pem.certificates(OWN.chain()));
    assertEquals(OWN.certificate().getPublicKey(), publicKey);
    HeldKey key = hardware(Optional.of(blocks), Optional.of(certificate)).connect().get(0);
    assertEquals(OWN.chain(), key.certificates());

    Issued other = AUTHORITY.certificate().subject("CN=other").issue();
    Files.write(certificate, Pem.certificates(other.chain()));
    TlsException refusal =
        assertThrows(
            TlsException.class,
            () -> hardware(Optional.of(blocks), Optional.of(certificate)).connect());
    assertTrue(refused(TlsErrorCode.INVALID_ARG, refusal).getMessage().contains("not for the key"));
    for (byte[] nothing : new byte[][] {{}, {1, 2, 3}}) {
      Files.write(certificate, nothing);
      refused(
          TlsErrorCode.INVALID_ARG,
          assertThrows(
              TlsException.class,
              () -> hardware(Optional.of(blocks), Optional.of(certificate)).connect()));
    }
    Files.delete(certificate);
    refused(
        TlsErrorCode.INVALID_ARG,
        assertThrows(
            TlsException.class,
            () -> hardware(Optional.of(blocks), Optional.of(certificate)).connect()));
  }

  @Test
  void aChipThatIsGoneComesBack() throws Exception {
    new EcdsaProvisioning("esp32c5", file).burnNew(blocks, Protection.FULL);
    HeldKey.Ec key = (HeldKey.Ec) hardware(Optional.of(blocks), Optional.empty()).connect().get(0);
    byte[] digest = new byte[32];
    byte[] before = key.operation().sign(digest);
    Path away = folder.resolve("away");
    Files.move(file, away);
    assertThrows(DeviceLostException.class, () -> key.operation().sign(digest));
    Files.move(away, file);
    assertArrayEquals(before, key.operation().sign(digest));
  }

  @Test
  void anotherChipInItsPlaceDoesNotSignForIt() throws Exception {
    Protection readable = new Protection(false, true);
    new EcdsaProvisioning("esp32c5", file).burnNew(blocks, readable);
    EcdsaHardware hardware = hardware(Optional.of(blocks), Optional.empty());
    HeldKey.Ec key = (HeldKey.Ec) hardware.connect().get(0);
    Files.delete(file);
    new EcdsaProvisioning("esp32c5", file).burnNew(blocks, readable);
    assertThrows(DeviceLostException.class, () -> key.operation().sign(new byte[32]));
    assertNotEquals(key.publicKey(), hardware.connect().get(0).publicKey());

    Files.write(file, new VirtualFile().bytes());
    refused(
        TlsErrorCode.SE_FAILED,
        assertThrows(TlsException.class, () -> key.operation().sign(new byte[32])));
  }

  @Test
  void digestsOfAnotherLengthAreRefused() throws Exception {
    new EcdsaProvisioning("esp32c5", file).burnNew(blocks, Protection.FULL);
    HeldKey.Ec key = (HeldKey.Ec) hardware(Optional.of(blocks), Optional.empty()).connect().get(0);
    for (int length : new int[] {0, 31, 33, 48}) {
      refused(
          TlsErrorCode.INVALID_ARG,
          assertThrows(TlsException.class, () -> key.operation().sign(new byte[length])));
    }
  }

  @Test
  void keysOfOtherTypesAreNotForIt() {
    assertThrows(
        TlsException.class,
        () ->
            new EcdsaProvisioning("esp32c5", file)
                .burn(
                    blocks,
                    Pem.privateKey(KeyType.RSA_2048.generate().getPrivate()),
                    Protection.FULL));
    assertTrue(Files.notExists(file));
  }
}
