package io.sallyport.core.credential;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.pki.KeyType;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.util.PBKDF2Config;
import org.bouncycastle.crypto.util.PBKDFConfig;
import org.bouncycastle.crypto.util.ScryptConfig;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateKeyReaderTest {
  private static final char[] PASSWORD = "correct horse".toCharArray();
  private static final KeyPair RSA = KeyType.RSA_2048.generate();

  private final PlatformCredentials credentials = new PlatformCredentials();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String pem(String label, byte[] der) throws Exception {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(label, der));
    }
    return text.toString();
  }

  private static byte[] der(String pem) {
    return Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", ""));
  }

  private String refusal(byte[] input, String password) {
    TlsException refused =
        assertThrows(
            TlsException.class, () -> credentials.privateKey(input, password.toCharArray()));
    assertEquals(TlsErrorCode.PK_PARSE_KEY_FAILED, refused.code());
    assertFalse(refused.getMessage().contains("correct horse"));
    return refused.getMessage();
  }

  /** Not by their encodings, because some forms have the public key beside it. */
  private static void assertSame(PrivateKey expected, PrivateKey key) {
    assertEquals(expected.getAlgorithm(), key.getAlgorithm());
    if (expected instanceof ECPrivateKey ec && key instanceof ECPrivateKey other) {
      assertEquals(ec.getS(), other.getS());
      assertEquals(ec.getParams().getOrder(), other.getParams().getOrder());
    } else {
      assertEquals(expected, key);
    }
  }

  /** Reads it, and refuses it with the wrong password and with none. */
  private void readsAndRefuses(PrivateKey expected, byte[] encrypted) throws Exception {
    char[] password = PASSWORD.clone();
    PrivateKey read = credentials.privateKey(encrypted, password);
    assertArrayEquals(PASSWORD, password, "the password is the caller's to wipe");
    assertSame(expected, read);
    String wrong = refusal(encrypted, "wrong horse");
    assertTrue(wrong.contains("password is wrong"), wrong);
    String missing = refusal(encrypted, "");
    assertTrue(missing.contains("no password was given"), missing);
  }

  static Stream<PBKDFConfig> derivations() {
    AlgorithmIdentifier sha1 =
        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA1, DERNull.INSTANCE);
    AlgorithmIdentifier sha512 =
        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA512, DERNull.INSTANCE);
    return Stream.of(
        new PBKDF2Config.Builder().withPRF(sha1).withIterationCount(1000).build(),
        new PBKDF2Config.Builder()
            .withPRF(PBKDF2Config.PRF_SHA256)
            .withIterationCount(2048)
            .build(),
        new PBKDF2Config.Builder().withPRF(sha512).withIterationCount(2048).build(),
        new ScryptConfig.Builder(1024, 8, 1).withSaltLength(16).build());
  }

  @ParameterizedTest
  @MethodSource("derivations")
  void everyDerivationOfPbes2IsRead(PBKDFConfig derivation) throws Exception {
    for (ASN1ObjectIdentifier cipher :
        List.of(NISTObjectIdentifiers.id_aes128_CBC, NISTObjectIdentifiers.id_aes256_CBC)) {
      OutputEncryptor encryptor =
          new JcePKCSPBEOutputEncryptorBuilder(derivation, cipher)
              .setProvider(new BouncyCastleProvider())
              .build(PASSWORD);
      byte[] encrypted =
          new PKCS8EncryptedPrivateKeyInfoBuilder(
                  PrivateKeyInfo.getInstance(RSA.getPrivate().getEncoded()))
              .build(encryptor)
              .getEncoded();
      readsAndRefuses(RSA.getPrivate(), encrypted);
      readsAndRefuses(RSA.getPrivate(), bytes(pem("ENCRYPTED PRIVATE KEY", encrypted)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"AES-256-CBC", "AES-128-CBC", "DES-EDE3-CBC"})
  void legacyEncryptedPemIsRead(String cipher) throws Exception {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(
          new JcaMiscPEMGenerator(
              RSA.getPrivate(),
              new JcePEMEncryptorBuilder(cipher)
                  .setProvider(new BouncyCastleProvider())
                  .build(PASSWORD)));
    }
    assertTrue(text.toString().contains("Proc-Type: 4,ENCRYPTED"));
    readsAndRefuses(RSA.getPrivate(), bytes(text.toString()));
    readsAndRefuses(RSA.getPrivate(), bytes(text.toString().replaceAll("\r?\n", "\r\n")));
  }

  @Test
  void aWrongPasswordIsCalledThatHoweverTheDecryptionEnds() throws Exception {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(
          new JcaMiscPEMGenerator(
              RSA.getPrivate(),
              new JcePEMEncryptorBuilder("AES-128-CBC")
                  .setProvider(new BouncyCastleProvider())
                  .build(PASSWORD)));
    }
    // One wrong password in 256 gives right padding around nonsense.
    for (int i = 0; i < 2000; i++) {
      String sentence = refusal(bytes(text.toString()), "wrong " + i);
      assertTrue(sentence.contains("password is wrong"), sentence);
    }
  }

  @Test
  void anUnknownEncryptionIsNotCalledAWrongPassword() throws Exception {
    String legacy =
        """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: ROT13-CBC,00112233445566778899AABBCCDDEEFF

        AAAAAAAAAAAAAAAAAAAAAA==
        -----END RSA PRIVATE KEY-----
        """;
    String sentence = refusal(bytes(legacy), "any");
    assertTrue(sentence.contains("does not know"), sentence);
    byte[] modern =
        new EncryptedPrivateKeyInfo(
                new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.3.4")), new byte[32])
            .getEncoded();
    sentence = refusal(modern, "any");
    assertTrue(sentence.contains("does not know"), sentence);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Ed25519", "Ed448"})
  void edwardsCurvesAreRead(String curve) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance(curve).generateKeyPair();
    List<byte[]> forms = new ArrayList<>();
    forms.add(pair.getPrivate().getEncoded());
    forms.add(Pem.privateKey(pair.getPrivate()));
    forms.add(Pem.encryptedPrivateKey(pair.getPrivate(), PASSWORD));
    // RFC 8410 section 7: version 2, with the public key.
    PrivateKeyInfo one = PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded());
    byte[] publicKey =
        org.bouncycastle.asn1.x509.SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded())
            .getPublicKeyData()
            .getOctets();
    forms.add(
        new PrivateKeyInfo(one.getPrivateKeyAlgorithm(), one.parsePrivateKey(), null, publicKey)
            .getEncoded());
    for (byte[] form : forms) {
      PrivateKey key = credentials.privateKey(form, PASSWORD);
      Signature signature = Signature.getInstance(curve);
      signature.initSign(key);
      signature.update((byte) 1);
      byte[] signed = signature.sign();
      signature.initVerify(pair.getPublic());
      signature.update((byte) 1);
      assertTrue(signature.verify(signed));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = KeyType.class,
      names = {"EC_P256", "EC_P384", "EC_P521"})
  void theCurveMayStandInItsOwnBlock(KeyType type) throws Exception {
    KeyPair pair = type.generate();
    String sec1 =
        new String(Pem.traditionalPrivateKey(pair.getPrivate()), StandardCharsets.US_ASCII);
    byte[] curve =
        PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded())
            .getPrivateKeyAlgorithm()
            .getParameters()
            .toASN1Primitive()
            .getEncoded();
    String parameters = pem("EC PARAMETERS", curve);
    assertSame(pair.getPrivate(), credentials.privateKey(bytes(parameters + sec1), PASSWORD));
    org.bouncycastle.asn1.sec.ECPrivateKey bare =
        new org.bouncycastle.asn1.sec.ECPrivateKey(
            ((ECPrivateKey) pair.getPrivate()).getParams().getOrder().bitLength(),
            ((ECPrivateKey) pair.getPrivate()).getS());
    String withoutCurve = pem("EC PRIVATE KEY", bare.getEncoded());
    assertSame(
        pair.getPrivate(), credentials.privateKey(bytes(parameters + withoutCurve), PASSWORD));
    assertTrue(refusal(bytes(withoutCurve), "").contains("on which curve"));
    assertTrue(refusal(bare.getEncoded(), "").contains("on which curve"));
  }

  @Test
  void theFirstKeyOfAFileWithCertificatesIsTaken() throws Exception {
    String key = new String(Pem.privateKey(RSA.getPrivate()), StandardCharsets.US_ASCII);
    String file = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + key + "\0";
    assertEquals(RSA.getPrivate(), credentials.privateKey(bytes(file), PASSWORD));
  }

  @Test
  void whatIsNoKeyIsRefusedWithTheReason() throws Exception {
    String key = new String(Pem.privateKey(RSA.getPrivate()), StandardCharsets.US_ASCII);
    assertTrue(refusal(bytes(key.substring(0, 300)), "").contains("cut short"));
    assertTrue(refusal(bytes("junk"), "").startsWith("The private key cannot be read"));
    assertTrue(
        refusal(Pem.certificates(List.of()), "").startsWith("The private key cannot be read"));
    assertTrue(
        refusal(bytes("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"), "")
            .contains("no private key"));
    assertTrue(
        refusal(bytes(pem("OPENSSH PRIVATE KEY", new DEROctetString(new byte[9]).getEncoded())), "")
            .contains("'OPENSSH PRIVATE KEY'"));
  }

  @Test
  void damagedInputIsRefusedAndNeverMore() throws Exception {
    KeyPair ec = KeyType.EC_P256.generate();
    for (byte[] good :
        List.of(
            RSA.getPrivate().getEncoded(),
            ec.getPrivate().getEncoded(),
            der(new String(Pem.traditionalPrivateKey(ec.getPrivate()), StandardCharsets.US_ASCII)),
            Pem.traditionalPrivateKey(RSA.getPrivate()))) {
      Mutations.refused(good, 5_000, bytes -> credentials.privateKey(bytes, PASSWORD));
    }
  }

  /** What people really make with openssl, each form with a password and without. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521",
        "genpkey -algorithm ED25519"
      })
  void keysFromOpensslAreReadInEachForm(String generate, @TempDir Path folder) throws Exception {
    Openssl.assumeInstalled();
    Openssl.run(folder, (generate + " -out key.pem").split(" "));
    PrivateKey key =
        credentials.privateKey(Files.readAllBytes(folder.resolve("key.pem")), PASSWORD);
    List<String> plain = new ArrayList<>(List.of("pkey -outform DER"));
    List<String> encrypted =
        new ArrayList<>(
            List.of(
                "-v2 aes-256-cbc -v2prf hmacWithSHA256",
                "-v2 aes-128-cbc -v2prf hmacWithSHA1",
                "-v2 des3",
                "-scrypt",
                "-v1 PBE-SHA1-3DES"));
    encrypted.replaceAll(scheme -> "pkcs8 -topk8 -passout file:password " + scheme);
    if (!generate.contains("ED25519")) {
      plain.add("pkey -traditional");
      plain.add("pkey -traditional -outform DER");
      encrypted.add("pkey -traditional -aes256 -passout file:password");
      encrypted.add("pkey -traditional -des3 -passout file:password");
    }
    Files.write(folder.resolve("password"), bytes(new String(PASSWORD) + "\n"));
    for (String form : plain) {
      Openssl.run(folder, (form + " -in key.pem -out form").split(" "));
      assertSame(
          key, credentials.privateKey(Files.readAllBytes(folder.resolve("form")), new char[0]));
    }
    for (String form : encrypted) {
      Openssl.run(folder, (form + " -in key.pem -out form").split(" "));
      readsAndRefuses(key, Files.readAllBytes(folder.resolve("form")));
    }
  }

  @Test
  void openSslWritesTheCurveBeforeTheKey(@TempDir Path folder) throws Exception {
    Openssl.assumeInstalled();
    Openssl.run(folder, "ecparam", "-name", "prime256v1", "-genkey", "-out", "key.pem");
    byte[] both = Files.readAllBytes(folder.resolve("key.pem"));
    assertTrue(new String(both, StandardCharsets.US_ASCII).startsWith("-----BEGIN EC PARAMETERS"));
    assertEquals("EC", credentials.privateKey(both, PASSWORD).getAlgorithm());
    Openssl.run(
        folder,
        "ecparam",
        "-name",
        "prime256v1",
        "-param_enc",
        "explicit",
        "-genkey",
        "-out",
        "explicit.pem");
    String sentence = refusal(Files.readAllBytes(folder.resolve("explicit.pem")), "");
    assertTrue(sentence.contains("named curve"), sentence);
  }
}
