package io.sallyport.hw.ecdsa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.pki.KeyType;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrivateKeyReaderTest {
  private static final String OPENSSL_PARAMETERS =
      "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";

  private static byte[] read(byte[] pemOrDer, Curve curve) throws TlsException {
    try (Wipe memory = new Wipe()) {
      return new PrivateKeyReader(memory).read(pemOrDer, curve).clone();
    }
  }

  private static void assertRefused(byte[] pemOrDer, Curve curve, String part) {
    TlsException refusal = assertThrows(TlsException.class, () -> read(pemOrDer, curve));
    assertEquals(TlsErrorCode.PK_PARSE_KEY_FAILED, refusal.code());
    assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
  }

  private static byte[] scalar(PrivateKey key, Curve curve) {
    BigInteger number = ((ECPrivateKey) key).getS().setBit(8 * curve.length());
    byte[] signed = number.toByteArray();
    return Arrays.copyOfRange(signed, signed.length - curve.length(), signed.length);
  }

  @ParameterizedTest
  @EnumSource(names = {"EC_P256", "EC_P384"})
  void readsPkcs8AndSec1InDerAndPem(KeyType type) throws Exception {
    Curve curve = type == KeyType.EC_P256 ? Curve.P_256 : Curve.P_384;
    for (int i = 0; i < 20; i++) {
      PrivateKey key = type.generate().getPrivate();
      byte[] expected = scalar(key, curve);
      assertArrayEquals(expected, read(key.getEncoded(), curve));
      assertArrayEquals(expected, read(Pem.privateKey(key), curve));
      assertArrayEquals(expected, read(Pem.traditionalPrivateKey(key), curve));
    }
  }

  @Test
  void readsWhatOpensslWrites() throws Exception {
    PrivateKey key = KeyType.EC_P256.generate().getPrivate();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(OPENSSL_PARAMETERS.getBytes(StandardCharsets.US_ASCII));
    file.writeBytes(
        new String(Pem.traditionalPrivateKey(key), StandardCharsets.US_ASCII)
            .replace("\n", "\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    assertArrayEquals(scalar(key, Curve.P_256), read(file.toByteArray(), Curve.P_256));
  }

  @Test
  void refusesWhatItCannotBurn() {
    byte[] p384 = KeyType.EC_P384.generate().getPrivate().getEncoded();
    assertRefused(p384, Curve.P_256, "on another curve");
    assertRefused(KeyType.RSA_2048.generate().getPrivate().getEncoded(), Curve.P_256, "no EC key");
    PrivateKey key = KeyType.EC_P256.generate().getPrivate();
    assertRefused(Pem.encryptedPrivateKey(key, "secret".toCharArray()), Curve.P_256, "unencrypted");
    assertRefused(new byte[0], Curve.P_256, "form");
    byte[] p256 = key.getEncoded();
    assertRefused(Arrays.copyOf(p256, p256.length + 1), Curve.P_256, "followed");
    assertRefused(
        "-----BEGIN CERTIFICATE-----".getBytes(StandardCharsets.US_ASCII),
        Curve.P_256,
        "not a private key");
    assertRefused(
        "-----BEGIN PRIVATE KEY-----\nAAAA".getBytes(StandardCharsets.US_ASCII),
        Curve.P_256,
        "cut short");
    assertRefused(
        "-----BEGIN PRIVATE KEY-----\nA*==\n-----END PRIVATE KEY-----"
            .getBytes(StandardCharsets.US_ASCII),
        Curve.P_256,
        "Base64");
  }

  /** Nothing but the documented refusal, whatever is cut off or changed. */
  @Test
  void refusesInWordsWhateverIsCutOrChanged() throws Exception {
    PrivateKey key = KeyType.EC_P256.generate().getPrivate();
    byte[] der = key.getEncoded();
    byte[] pem = Pem.traditionalPrivateKey(key);
    for (int length = 0; length < der.length - 1; length++) {
      byte[] cut = Arrays.copyOf(der, length);
      assertEquals(
          TlsErrorCode.PK_PARSE_KEY_FAILED,
          assertThrows(TlsException.class, () -> read(cut, Curve.P_256)).code());
    }
    for (byte[] good : new byte[][] {der, pem}) {
      for (int bit = 0; bit < good.length * 8; bit++) {
        byte[] changed = good.clone();
        changed[bit / 8] ^= (byte) (1 << bit % 8);
        try {
          assertEquals(32, read(changed, Curve.P_256).length);
        } catch (TlsException e) {
          assertEquals(TlsErrorCode.PK_PARSE_KEY_FAILED, e.code());
        }
      }
    }
  }
}
