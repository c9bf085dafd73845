package io.sallyport.hw.ds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The peripheral against the platform's own cryptography, and against what is wrong. */
class DsPeripheralTest {
  private static final Map<Integer, RSAPrivateKey> KEYS = new ConcurrentHashMap<>();
  private static final byte[] HMAC_KEY = bytes(32, 1);
  private static final byte[] IV = bytes(16, 2);
  private static final int KEY_ID = 3;

  private static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static RSAPrivateKey key(int bits) {
    return KEYS.computeIfAbsent(
        bits,
        size -> {
          try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(size);
            return (RSAPrivateKey) generator.generateKeyPair().getPrivate();
          } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static EfuseKeys efuses() throws DsException {
    EfuseKeys efuses = new EfuseKeys();
    efuses.burn(KEY_ID, KeyPurpose.HMAC_DOWN_DIGITAL_SIGNATURE, HMAC_KEY);
    efuses.burn(4, KeyPurpose.HMAC_UP, HMAC_KEY);
    return efuses;
  }

  private static byte[] littleEndian(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    DsPeripheral.reverse(bytes);
    return Arrays.copyOf(bytes, length);
  }

  private static BigInteger number(byte[] littleEndian) {
    byte[] bytes = littleEndian.clone();
    DsPeripheral.reverse(bytes);
    return new BigInteger(1, bytes);
  }

  /** Written down from the description, with the platform's AES, HMAC and SHA-256. */
  private static byte[] independently(DsChip chip, RSAPrivateKey key, int padding)
      throws Exception {
    int n = chip.maxBits() / 8;
    int bits = key.getModulus().bitLength();
    BigInteger word = BigInteger.ONE.shiftLeft(32);
    BigInteger rb = BigInteger.TWO.pow(2 * bits).mod(key.getModulus());
    BigInteger inverse = word.subtract(key.getModulus().modInverse(word));
    ByteBuffer numbers = ByteBuffer.allocate(3 * n);
    numbers.put(littleEndian(key.getPrivateExponent(), n));
    numbers.put(littleEndian(key.getModulus(), n));
    numbers.put(littleEndian(rb, n));
    byte[] tail =
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(inverse.intValue())
            .putInt(bits / 32 - 1)
            .array();
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(numbers.array());
    sha256.update(tail);
    sha256.update(IV);
    ByteBuffer plain = ByteBuffer.allocate(3 * n + 48);
    plain.put(numbers.array()).put(sha256.digest()).put(tail);
    byte[] padded = plain.array();
    Arrays.fill(padded, padded.length - 8, padded.length, (byte) padding);

    Mac hmac = Mac.getInstance("HmacSHA256");
    hmac.init(new SecretKeySpec(HMAC_KEY, "HmacSHA256"));
    byte[] ones = new byte[32];
    Arrays.fill(ones, (byte) 0xFF);
    Cipher aes = Cipher.getInstance("AES/CBC/NoPadding");
    aes.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(hmac.doFinal(ones), "AES"), new IvParameterSpec(IV));
    return ByteBuffer.allocate(20 + padded.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bits / 32 - 1)
        .put(IV)
        .put(aes.doFinal(padded))
        .array();
  }

  @ParameterizedTest
  @CsvSource({
    "ESP32S2, 1024",
    "ESP32S3, 2048",
    "ESP32P4, 3072",
    "ESP32S3, 4096",
    "ESP32C3, 1024",
    "ESP32C5, 2048",
    "ESP32C6, 3072",
    "ESP32H2, 3072"
  })
  void encryptsByteForByteAndSignsAsRsaDoes(DsChip chip, int bits) throws Exception {
    RSAPrivateKey key = key(bits);
    DsParameters parameters = DsEncryption.underHmacKey(chip, key, HMAC_KEY, IV);
    byte[] data = parameters.encode();
    assertEquals(chip.maxBits() == 4096 ? 1604 : 1220, data.length);
    assertArrayEquals(independently(chip, key, 8), data);

    try (EfuseKeys efuses = efuses()) {
      DsPeripheral peripheral = new DsPeripheral(efuses);
      Random random = new Random(bits);
      for (BigInteger message :
          new BigInteger[] {
            BigInteger.ZERO,
            BigInteger.ONE,
            key.getModulus().subtract(BigInteger.ONE),
            new BigInteger(bits, random).mod(key.getModulus())
          }) {
        DsResult result =
            peripheral.sign(
                DsParameters.parse(chip, data), KEY_ID, littleEndian(message, bits / 8));
        assertEquals(Optional.empty(), result.error());
        assertEquals(bits / 8, result.signature().length);
        assertEquals(
            message.modPow(key.getPrivateExponent(), key.getModulus()), number(result.signature()));
      }
      assertEquals(key.getModulus(), peripheral.modulus(parameters, KEY_ID));
    }
  }

  @Test
  void anAesKeyIsTheOneThatTheHmacKeyGives() throws Exception {
    byte[] aesKey = EfuseKeys.derive(HMAC_KEY);
    assertArrayEquals(
        DsEncryption.underHmacKey(DsChip.ESP32C3, key(1024), HMAC_KEY, IV).encode(),
        DsEncryption.underAesKey(DsChip.ESP32C3, key(1024), aesKey, IV).encode());
  }

  /** As the chip maker's own tests do it: each bit of the vector, and of the parameters. */
  @Test
  void noFlippedBitGetsASignature() throws Exception {
    byte[] data = DsEncryption.underHmacKey(DsChip.ESP32C3, key(1024), HMAC_KEY, IV).encode();
    byte[] message = bytes(128, 5);
    message[127] = 0;
    try (EfuseKeys efuses = efuses()) {
      DsPeripheral peripheral = new DsPeripheral(efuses);
      for (int bit = 32; bit < data.length * 8; bit++) {
        data[bit / 8] ^= (byte) (1 << bit % 8);
        DsResult result =
            peripheral.sign(DsParameters.parse(DsChip.ESP32C3, data), KEY_ID, message);
        data[bit / 8] ^= (byte) (1 << bit % 8);
        assertEquals(Optional.of(DsError.INVALID_DIGEST), result.error(), "bit " + bit);
        assertArrayEquals(new byte[128], result.signature());
      }
    }
  }

  @Test
  void theLengthWithinDecides() throws Exception {
    byte[] data = DsEncryption.underHmacKey(DsChip.ESP32S3, key(2048), HMAC_KEY, IV).encode();
    data[0] = 127; // It says 4096 bits.
    BigInteger message = new BigInteger(1, bytes(200, 6));
    try (EfuseKeys efuses = efuses()) {
      DsResult result =
          new DsPeripheral(efuses)
              .sign(DsParameters.parse(DsChip.ESP32S3, data), KEY_ID, littleEndian(message, 512));
      assertEquals(
          message.modPow(key(2048).getPrivateExponent(), key(2048).getModulus()),
          number(result.signature()));
    }
  }

  @Test
  void wrongPaddingIsToldAndTheResultIsThere() throws Exception {
    byte[] data = independently(DsChip.ESP32C3, key(1024), 7);
    try (EfuseKeys efuses = efuses()) {
      DsResult result =
          new DsPeripheral(efuses)
              .sign(
                  DsParameters.parse(DsChip.ESP32C3, data),
                  KEY_ID,
                  littleEndian(BigInteger.TWO, 128));
      assertEquals(Optional.of(DsError.INVALID_PADDING), result.error());
      assertEquals(
          BigInteger.TWO.modPow(key(1024).getPrivateExponent(), key(1024).getModulus()),
          number(result.signature()));
    }
  }

  @Test
  void anotherEfuseKeyGivesADigestThatDoesNotFit() throws Exception {
    DsParameters parameters =
        DsEncryption.underHmacKey(DsChip.ESP32C3, key(1024), bytes(32, 9), IV);
    try (EfuseKeys efuses = efuses()) {
      DsResult result = new DsPeripheral(efuses).sign(parameters, KEY_ID, new byte[128]);
      assertEquals(Optional.of(DsError.INVALID_DIGEST), result.error());
    }
  }

  @Test
  void aKeyForSomethingElseOrNoneIsRefused() throws Exception {
    DsParameters parameters = DsEncryption.underHmacKey(DsChip.ESP32C3, key(1024), HMAC_KEY, IV);
    try (EfuseKeys efuses = efuses()) {
      DsPeripheral peripheral = new DsPeripheral(efuses);
      assertEquals(DsError.HMAC_FAIL, error(() -> peripheral.sign(parameters, 4, new byte[128])));
      assertEquals(DsError.HMAC_FAIL, error(() -> peripheral.sign(parameters, 0, new byte[128])));
      assertEquals(DsError.INVALID_ARG, error(() -> peripheral.sign(parameters, 6, new byte[128])));
      assertEquals(
          DsError.INVALID_ARG, error(() -> peripheral.sign(parameters, -1, new byte[128])));
      assertEquals(DsError.INVALID_ARG, error(() -> peripheral.sign(null, 0, new byte[128])));
      assertEquals(DsError.INVALID_ARG, error(() -> peripheral.sign(parameters, 0, null)));
      assertEquals(
          DsError.INVALID_ARG, error(() -> peripheral.sign(parameters, KEY_ID, new byte[129])));
    }
  }

  @Test
  void onlyTheRightLengthIsRead() throws Exception {
    byte[] data = DsEncryption.underHmacKey(DsChip.ESP32C3, key(1024), HMAC_KEY, IV).encode();
    for (int length = 0; length < data.length + 2; length++) {
      byte[] cut = Arrays.copyOf(data, length);
      if (length != data.length) {
        assertEquals(DsError.INVALID_ARG, error(() -> DsParameters.parse(DsChip.ESP32C3, cut)));
      }
    }
    assertEquals(DsError.INVALID_ARG, error(() -> DsParameters.parse(DsChip.ESP32S3, data)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 30, 32, 62, 127, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void onlyPossibleLengthsAreRead(int rsaLength) throws Exception {
    byte[] data = DsEncryption.underHmacKey(DsChip.ESP32C3, key(1024), HMAC_KEY, IV).encode();
    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putInt(0, rsaLength);
    assertEquals(DsError.INVALID_ARG, error(() -> DsParameters.parse(DsChip.ESP32C3, data)));
  }

  @ParameterizedTest
  @EnumSource(DsChip.class)
  void keysOfOtherSizesAreNotEncrypted(DsChip chip) throws Exception {
    assertEquals(
        DsError.INVALID_ARG, error(() -> DsEncryption.underHmacKey(chip, key(1536), HMAC_KEY, IV)));
    if (chip.maxBits() < 4096) {
      assertEquals(
          DsError.INVALID_ARG,
          error(() -> DsEncryption.underHmacKey(chip, key(4096), HMAC_KEY, IV)));
    }
    assertEquals(
        DsError.INVALID_ARG,
        error(() -> DsEncryption.underHmacKey(chip, key(1024), bytes(31, 1), IV)));
    assertEquals(
        DsError.INVALID_ARG,
        error(() -> DsEncryption.underHmacKey(chip, key(1024), HMAC_KEY, bytes(15, 1))));
  }

  @Test
  void aPrivateExponentThatTheChipWouldCutIsNotEncrypted() throws Exception {
    RSAPrivateKey key = key(1024);
    for (BigInteger exponent :
        new BigInteger[] {
          key.getPrivateExponent().shiftLeft(64),
          key.getPrivateExponent().shiftLeft(3072), // Longer than its place.
          BigInteger.ZERO,
          key.getPrivateExponent().negate()
        }) {
      RSAPrivateKey other =
          (RSAPrivateKey)
              Proxy.newProxyInstance(
                  RSAPrivateKey.class.getClassLoader(),
                  new Class<?>[] {RSAPrivateKey.class},
                  (proxy, method, args) ->
                      method.getName().equals("getModulus") ? key.getModulus() : exponent);
      assertEquals(
          DsError.INVALID_ARG,
          error(() -> DsEncryption.underHmacKey(DsChip.ESP32C3, other, HMAC_KEY, IV)));
    }
  }

  @Test
  void theNumbersOfTheErrorsAreTheOriginals() {
    assertEquals(0x102, DsError.INVALID_ARG.number());
    assertEquals(0xC001, DsError.HMAC_FAIL.number());
    assertEquals(0xC004, DsError.INVALID_DIGEST.number());
    assertEquals(0xC005, DsError.INVALID_PADDING.number());
  }

  @Test
  void whatWasDecryptedIsWiped() {
    byte[] secret = bytes(1200, 3);
    new DsPlain(384, secret).close();
    assertArrayEquals(new byte[1200], secret);
  }

  @Test
  void aesIsThePlatforms() throws Exception {
    for (int seed = 0; seed < 50; seed++) {
      byte[] key = bytes(32, seed);
      byte[] iv = bytes(16, seed + 100);
      byte[] text = bytes(16 * (1 + seed % 5), seed + 200);
      Cipher platform = Cipher.getInstance("AES/CBC/NoPadding");
      platform.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
      byte[] expected = platform.doFinal(text);
      byte[] own = text.clone();
      try (Aes256 aes = new Aes256(key)) {
        aes.encrypt(iv, own);
        assertArrayEquals(expected, own);
        aes.decrypt(iv, own);
        assertArrayEquals(text, own);
      }
    }
  }

  private static DsError error(org.junit.jupiter.api.function.Executable call) {
    DsException refusal = assertThrows(DsException.class, call);
    assertTrue(refusal.getMessage().endsWith("."), refusal.getMessage());
    return refusal.error();
  }
}
