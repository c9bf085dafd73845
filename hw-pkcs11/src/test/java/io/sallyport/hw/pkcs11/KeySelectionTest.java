package io.sallyport.hw.pkcs11;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.HeldKey;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Which token and which key a configuration means. */
@ExtendWith(Needs.ASoftHsm.class)
final class KeySelectionTest {
  private static final CertificateAuthority AUTHORITY = CertificateAuthority.root("CN=Token Root");
  private static final String MANY = "many keys";
  private static final String ONE = "one";
  private static final String BARE = "bare";

  @TempDir private static Path folder;

  private static SoftHsm softHsm;

  private final TokenLibraries libraries = new TokenLibraries();
  private final List<String> warnings = new ArrayList<>();
  private final List<Pkcs11Hardware> opened = new ArrayList<>();

  @BeforeAll
  static void tokens() throws Exception {
    softHsm = SoftHsm.in(folder);
    softHsm.token(MANY);
    softHsm.key(MANY, "p256", List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    softHsm.key(MANY, "p384", List.of("-keyalg", "EC", "-groupname", "secp384r1"));
    softHsm.key(MANY, "p521", List.of("-keyalg", "EC", "-groupname", "secp521r1"));
    softHsm.key(MANY, "rsa3072", List.of("-keyalg", "RSA", "-keysize", "3072"));
    softHsm.token(ONE);
    softHsm.key(ONE, "single", List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    softHsm.token(BARE);
    softHsm.bareKey(BARE, "EC:prime256v1", "alone", "0a0b");
    softHsm.bareKey(BARE, "RSA:2048", "rsa alone", "0a0c");
    softHsm.bareKey(BARE, "EC:prime256v1", "other", "0a0d");
  }

  @AfterEach
  void close() {
    opened.forEach(Pkcs11Hardware::close);
  }

  private List<HeldKey> connect(Object... settings) throws IOException {
    Path pin = SoftHsm.pinFile(folder, SoftHsm.PIN);
    Map<String, Object> all = softHsm.settings(pin, settings);
    Settings read = Settings.of(all, folder);
    Pkcs11Hardware hardware =
        new Pkcs11Hardware(read, libraries.acquire(read.library()), warnings::add);
    opened.add(hardware);
    return hardware.connect();
  }

  private String refused(TlsErrorCode code, Object... settings) {
    TlsException refusal = assertThrows(TlsException.class, () -> connect(settings));
    assertEquals(code, refusal.code(), refusal.getMessage());
    return refusal.getMessage();
  }

  private static List<String> ids(List<HeldKey> keys) {
    return keys.stream().map(HeldKey::id).toList();
  }

  @Test
  void theOnlyKeyIsTheDefault() throws Exception {
    List<HeldKey> keys = connect("token.label", ONE);
    assertEquals(List.of("single"), ids(keys));
    assertTrue(Signing.works(keys.get(0)));
    assertEquals(1, keys.get(0).certificates().size());
    assertEquals(List.of(), warnings);
  }

  @Test
  void aSlotNumberDoesAsWellAsALabel() throws Exception {
    assertEquals(List.of("single"), ids(connect("slot", softHsm.slot(ONE))));
  }

  @Test
  void theNamedKeyComesFirstAndTheOtherUsableOnesFollow() throws Exception {
    List<HeldKey> keys = connect("token.label", MANY, "key.label", "rsa3072");
    assertEquals(List.of("rsa3072", "p256", "p384"), ids(keys));
    for (HeldKey key : keys) {
      assertTrue(Signing.works(key), key.id());
    }
  }

  @Test
  void oneOfSeveralKeysMustBeNamed() {
    String why = refused(TlsErrorCode.INVALID_ARG, "token.label", MANY);
    assertTrue(why.contains("'p256', 'p384', 'p521', 'rsa3072'"), why);
    assertTrue(why.contains("key.label"), why);
  }

  @Test
  void aKeyThatTlsCannotUseIsRefused() {
    String why = refused(TlsErrorCode.NOT_SUPPORTED, "token.label", MANY, "key.label", "p521");
    assertTrue(why.contains("P-256 or P-384"), why);
  }

  @Test
  void anUnknownKeyIsAnErrorThatListsTheOthers() {
    String why = refused(TlsErrorCode.INVALID_ARG, "token.label", ONE, "key.label", "nobody");
    assertTrue(why.contains("'nobody'") && why.contains("'single'"), why);
  }

  @Test
  void oneOfSeveralTokensMustBeNamed() {
    String why = refused(TlsErrorCode.INVALID_ARG);
    assertTrue(why.contains(MANY) && why.contains(ONE) && why.contains("token.label"), why);
  }

  @Test
  void anUnknownTokenIsAwayAndMayStillCome() {
    IOException away = assertThrows(IOException.class, () -> connect("token.label", "no such"));
    assertFalse(away instanceof TlsException, away.toString());
    assertTrue(away.getMessage().contains("'no such'"), away.getMessage());
    assertTrue(away.getMessage().contains("'" + ONE + "'"), away.getMessage());
  }

  @Test
  void aKeyWithoutACertificateIsAnErrorThatSaysHowToHelp() {
    String why = refused(TlsErrorCode.INVALID_ARG, "token.label", BARE, "key.label", "alone");
    assertTrue(why.contains("'alone' (id 0a0b)"), why);
    assertTrue(why.contains("'certificate'"), why);
  }

  @Test
  void aKeyWithoutACertificateWorksWithOneFromAFile() throws Exception {
    Path ec = certificateFile("alone.pem", softHsm.publicKey(BARE, "alone", "EC"));
    Path rsa = certificateFile("rsa.pem", softHsm.publicKey(BARE, "rsa alone", "RSA"));
    for (List<HeldKey> keys :
        List.of(
            connect("token.label", BARE, "key.label", "alone", "certificate", ec),
            connect("token.label", BARE, "key.id", "0a0b", "certificate", ec),
            connect("token.label", BARE, "key.label", "rsa alone", "certificate", rsa))) {
      assertEquals(1, keys.size());
      assertTrue(Signing.works(keys.get(0)), keys.get(0).id());
    }
    String why =
        refused(TlsErrorCode.INVALID_ARG, "token.label", BARE, "key.id", "0a0d", "certificate", ec);
    assertTrue(why.contains("'other' (id 0a0d)"), why);
  }

  @Test
  void theOnlyKeyMayBeOneWithoutACertificateAndAnId() throws Exception {
    softHsm.token("single bare");
    softHsm.tool("single bare", "--keypairgen", "--key-type", "EC:prime256v1", "--label", "alone");
    PublicKey key = softHsm.publicKey("single bare", "alone", "EC");
    Path file = certificateFile("single.pem", key);
    List<HeldKey> keys = connect("token.label", "single bare", "certificate", file);
    assertEquals(List.of("alone"), ids(keys));
    assertTrue(Signing.works(keys.get(0)));
  }

  private static Path certificateFile(String name, PublicKey key) throws Exception {
    return Files.write(folder.resolve(name), Pem.certificates(chainFor(key)));
  }

  @Test
  void aKeyIsFoundByItsIdAndByALabelThatItsCertificateDoesNotHave() throws Exception {
    softHsm.token("two names");
    softHsm.bareKey("two names", "EC:prime256v1", "label of the key", "c0ffee");
    Issued other = AUTHORITY.certificate().subject("CN=somebody").issue();
    Path der = Files.write(folder.resolve("leaf.der"), other.chain().get(0).getEncoded());
    softHsm.certificate("two names", der, "label of the certificate", "c0ffee");
    String token = "two names";
    assertEquals(
        List.of("label of the certificate"),
        ids(connect("token.label", token, "key.id", "C0:FF:EE")));
    assertEquals(
        List.of("label of the certificate"),
        ids(connect("token.label", token, "key.label", "label of the key")));
    assertTrue(
        refused(TlsErrorCode.INVALID_ARG, "token.label", token, "key.id", "01").contains("id 01"));
  }

  @Test
  void certificatesFromAFileTakeTheTokensPlace() throws Exception {
    HeldKey key = connect("token.label", ONE).get(0);
    List<X509Certificate> chain = chainFor(key.publicKey());
    Path file = Files.write(folder.resolve("chain.pem"), Pem.certificates(chain));
    HeldKey certified =
        connect("token.label", ONE, "certificate", file.getFileName().toString()).get(0);
    assertEquals(chain, certified.certificates());
    assertArrayEquals(key.publicKey().getEncoded(), certified.publicKey().getEncoded());
    assertTrue(Signing.works(certified));
  }

  /** As a certificate authority does it: only the public key is known. */
  private static List<X509Certificate> chainFor(PublicKey key) {
    PrivateKey unused = AUTHORITY.certificate().subject("CN=unused").issue().key();
    return AUTHORITY
        .certificate()
        .subject("CN=device")
        .key(new KeyPair(key, unused))
        .issue()
        .chain();
  }

  @Test
  void aCertificateForAnotherKeyIsRefused() throws Exception {
    Issued other = AUTHORITY.certificate().subject("CN=somebody").issue();
    Path file = Files.write(folder.resolve("other.pem"), Pem.certificates(other.chain()));
    String why =
        refused(TlsErrorCode.INVALID_ARG, "token.label", ONE, "certificate", file.toString());
    assertTrue(why.contains("other.pem") && why.contains("'single'"), why);
  }

  @Test
  void aCertificateFileWithoutOneIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("empty.pem"), "");
    refused(TlsErrorCode.X509_CRT_PARSE_FAILED, "token.label", ONE, "certificate", "empty.pem");
    assertTrue(Files.exists(file));
    refused(TlsErrorCode.INVALID_ARG, "token.label", ONE, "certificate", "missing.pem");
  }

  @Test
  void aLibraryThatIsNotThereOrNoneIsAClearError() throws Exception {
    String why = refused(TlsErrorCode.INVALID_ARG, "library", "missing.so");
    assertTrue(why.contains("missing.so does not exist"), why);
    Files.writeString(folder.resolve("text.so"), "no library");
    IOException no = assertThrows(IOException.class, () -> connect("library", "text.so"));
    assertTrue(no.getMessage().contains("text.so cannot be loaded"), no.getMessage());
  }
}
