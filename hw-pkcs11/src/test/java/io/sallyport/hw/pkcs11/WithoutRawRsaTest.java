package io.sallyport.hw.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.HeldKey;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A token that pads by itself, as many smart cards do: no CKM_RSA_X_509. */
@ExtendWith(Needs.ASoftHsm.class)
final class WithoutRawRsaTest {
  private static final String TOKEN = "card";
  private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.US_ASCII);

  /** The DigestInfo of SHA-256, RFC 8017 section 9.2, note 1. */
  private static final byte[] SHA_256 =
      HexFormat.of().parseHex("3031300d060960864801650304020105000420");

  @TempDir private Path folder;

  @Test
  void pkcs1SignaturesWorkAndPssSaysWhyNot() throws Exception {
    SoftHsm softHsm =
        SoftHsm.in(
            folder,
            "slots.mechanisms = CKM_RSA_PKCS,CKM_RSA_PKCS_KEY_PAIR_GEN,CKM_SHA256_RSA_PKCS");
    softHsm.token(TOKEN);
    softHsm.key(TOKEN, "rsa", List.of("-keyalg", "RSA", "-keysize", "2048"));
    Path pin = SoftHsm.pinFile(folder, SoftHsm.PIN);
    Settings settings = Settings.of(softHsm.settings(pin, "token.label", TOKEN), folder);
    TokenLibraries libraries = new TokenLibraries();
    TokenLibrary library = libraries.acquire(settings.library());
    List<String> warnings = new ArrayList<>();
    Pkcs11Hardware hardware = new Pkcs11Hardware(settings, library, warnings::add);
    HeldKey.Rsa key = (HeldKey.Rsa) hardware.connect().get(0);

    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.get(0).contains("CKM_RSA_X_509"), warnings.toString());
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(MESSAGE);
    byte[] content = new byte[SHA_256.length + digest.length];
    System.arraycopy(SHA_256, 0, content, 0, SHA_256.length);
    System.arraycopy(digest, 0, content, SHA_256.length, digest.length);
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(key.publicKey());
    verifier.update(MESSAGE);
    assertTrue(verifier.verify(key.operation().exponentiate(Signing.padded(key, content))));

    TlsException refusal = assertThrows(TlsException.class, () -> Signing.works(key));
    assertEquals(TlsErrorCode.NOT_SUPPORTED, refusal.code());
    assertTrue(refusal.getMessage().contains("TLS 1.3"), refusal.getMessage());
    hardware.close();
    libraries.release(library);
  }
}
