package io.sallyport.hw.ecdsa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EcdsaTest {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final SecureRandom RANDOM = new SecureRandom();

  /** RFC 6979, appendices A.2.5 and A.2.6: the rows whose hash is the curve's own. */
  @ParameterizedTest
  @CsvSource({
    "P-256, sample,"
        + "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721,"
        + "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
        + "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,"
        + "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
        + "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    "P-256, test,"
        + "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721,"
        + "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
        + "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,"
        + "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
        + "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
    "P-384, sample,"
        + "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8"
        + "96D5724E4C70A825F872C9EA60D2EDF5,"
        + "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64"
        + "DEF8F0EA9055866064A254515480BC13"
        + "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1"
        + "288B231C3AE0D4FE7344FD2533264720,"
        + "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C"
        + "81A648152E44ACF96E36DD1E80FABE46"
        + "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94F"
        + "A329C145786E679E7B82C71A38628AC8",
    "P-384, test,"
        + "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8"
        + "96D5724E4C70A825F872C9EA60D2EDF5,"
        + "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64"
        + "DEF8F0EA9055866064A254515480BC13"
        + "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1"
        + "288B231C3AE0D4FE7344FD2533264720,"
        + "8203B63D3C853E8D77227FB377BCF7B7B772E97892A80F36AB775D509D7A5FEB"
        + "0542A7F0812998DA8F1DD3CA3CF023DB"
        + "DDD0760448D42D8A43AF45AF836FCE4DE8BE06B485E9B61B827C2F13173923E0"
        + "6A739F040649A667BF3B828246BAA5A5",
  })
  void deterministicSignaturesAreThePublishedOnes(
      String label, String message, String key, String publicKey, String signature)
      throws Exception {
    Curve curve = Curve.of(label);
    Ecdsa ecdsa = new Ecdsa(curve, RANDOM);
    byte[] digest = digest(curve, message.getBytes(StandardCharsets.US_ASCII));

    assertEquals(publicKey, HEX.formatHex(ecdsa.publicKey(HEX.parseHex(key))));
    assertEquals(
        signature, HEX.formatHex(ecdsa.sign(HEX.parseHex(key), digest, Nonce.DETERMINISTIC)));
  }

  static Stream<Curve> curves() {
    return Stream.of(Curve.P_256, Curve.P_384);
  }

  @ParameterizedTest
  @MethodSource("curves")
  void signaturesVerifyWithTheJavaPlatformAndBouncyCastle(Curve curve) throws Exception {
    Ecdsa ecdsa = new Ecdsa(curve, RANDOM);
    byte[] key = new byte[curve.length()];
    byte[] digest = new byte[curve.length()];
    for (int i = 0; i < 40; i++) {
      ecdsa.generate(key);
      RANDOM.nextBytes(digest);
      for (Nonce nonce : Nonce.values()) {
        assertVerifies(curve, ecdsa, key, digest, nonce);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("curves")
  void deterministicSignaturesAreBouncyCastles(Curve curve) throws Exception {
    Ecdsa ecdsa = new Ecdsa(curve, RANDOM);
    byte[] key = new byte[curve.length()];
    byte[] digest = new byte[curve.length()];
    for (int i = 0; i < 40; i++) {
      ecdsa.generate(key);
      RANDOM.nextBytes(digest);
      ECDSASigner signer =
          new ECDSASigner(
              new HMacDSAKCalculator(
                  curve == Curve.P_256 ? new SHA256Digest() : new SHA384Digest()));
      signer.init(
          true,
          new ECPrivateKeyParameters(
              new BigInteger(1, key), new ECDomainParameters(parameters(curve))));
      BigInteger[] expected = signer.generateSignature(digest);
      byte[] signature = ecdsa.sign(key, digest, Nonce.DETERMINISTIC);
      assertEquals(expected[0], new BigInteger(1, signature, 0, curve.length()));
      assertEquals(expected[1], new BigInteger(1, signature, curve.length(), curve.length()));
    }
  }

  @ParameterizedTest
  @MethodSource("curves")
  void edgesOfKeyAndDigestWork(Curve curve) throws Exception {
    Ecdsa ecdsa = new Ecdsa(curve, RANDOM);
    for (BigInteger key : edges(curve)) {
      if (key.signum() == 0 || key.compareTo(order(curve)) >= 0) {
        assertFalse(ecdsa.isPrivateKey(bytes(curve, key)), key.toString(16));
        continue;
      }
      assertTrue(ecdsa.isPrivateKey(bytes(curve, key)), key.toString(16));
      for (BigInteger digest : edges(curve)) {
        for (Nonce nonce : Nonce.values()) {
          assertVerifies(curve, ecdsa, bytes(curve, key), bytes(curve, digest), nonce);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("curves")
  void publicKeysAreBouncyCastles(Curve curve) {
    Ecdsa ecdsa = new Ecdsa(curve, RANDOM);
    byte[] key = new byte[curve.length()];
    for (int i = 0; i < 50; i++) {
      ecdsa.generate(key);
      byte[] expected = parameters(curve).getG().multiply(new BigInteger(1, key)).getEncoded(false);
      assertArrayEquals(Arrays.copyOfRange(expected, 1, expected.length), ecdsa.publicKey(key));
    }
  }

  @Test
  void randomNoncesGiveAnotherSignatureEachTime() {
    Ecdsa ecdsa = new Ecdsa(Curve.P_256, RANDOM);
    byte[] key = new byte[32];
    ecdsa.generate(key);
    byte[] digest = new byte[32];
    assertNotEquals(
        HEX.formatHex(ecdsa.sign(key, digest, Nonce.RANDOM)),
        HEX.formatHex(ecdsa.sign(key, digest, Nonce.RANDOM)));
    assertArrayEquals(
        ecdsa.sign(key, digest, Nonce.DETERMINISTIC), ecdsa.sign(key, digest, Nonce.DETERMINISTIC));
  }

  private static void assertVerifies(
      Curve curve, Ecdsa ecdsa, byte[] key, byte[] digest, Nonce nonce) throws Exception {
    byte[] publicKey = ecdsa.publicKey(key);
    byte[] signature = ecdsa.sign(key, digest, nonce);
    String what = nonce + " " + HEX.formatHex(key) + " " + HEX.formatHex(digest);
    assertTrue(platformVerifies(curve.publicKey(publicKey), digest, signature), what);
    assertTrue(bouncyCastleVerifies(curve, publicKey, digest, signature), what);
  }

  private static boolean platformVerifies(ECPublicKey key, byte[] digest, byte[] signature)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance("NONEwithECDSAinP1363Format", "SunEC");
    verifier.initVerify(key);
    verifier.update(digest);
    return verifier.verify(signature);
  }

  private static boolean bouncyCastleVerifies(
      Curve curve, byte[] publicKey, byte[] digest, byte[] signature) {
    int length = curve.length();
    X9ECParameters parameters = parameters(curve);
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(
        false,
        new ECPublicKeyParameters(
            parameters
                .getCurve()
                .createPoint(
                    new BigInteger(1, publicKey, 0, length),
                    new BigInteger(1, publicKey, length, length)),
            new ECDomainParameters(parameters)));
    return verifier.verifySignature(
        digest,
        new BigInteger(1, signature, 0, length),
        new BigInteger(1, signature, length, length));
  }

  private static X9ECParameters parameters(Curve curve) {
    return CustomNamedCurves.getByName(curve.toString());
  }

  private static BigInteger order(Curve curve) {
    return parameters(curve).getN();
  }

  /** Zero, the smallest, those around the order, and all ones. */
  private static List<BigInteger> edges(Curve curve) {
    BigInteger order = order(curve);
    return List.of(
        BigInteger.ZERO,
        BigInteger.ONE,
        BigInteger.TWO,
        order.subtract(BigInteger.ONE),
        order,
        order.add(BigInteger.ONE),
        BigInteger.ONE.shiftLeft(8 * curve.length()).subtract(BigInteger.ONE));
  }

  private static byte[] bytes(Curve curve, BigInteger number) {
    byte[] padded = number.setBit(8 * curve.length()).toByteArray();
    byte[] bytes = Arrays.copyOfRange(padded, padded.length - curve.length(), padded.length);
    assertEquals(number, new BigInteger(1, bytes));
    return bytes;
  }

  private static byte[] digest(Curve curve, byte[] message) throws GeneralSecurityException {
    return MessageDigest.getInstance(curve.hash()).digest(message);
  }
}
