package io.sallyport.hw.ecdsa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.DeviceLostException;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Virtual eFuse files: what espefuse makes is read, what is burnt here lies as there. */
class VirtualEfuseFileTest {
  private static final Protection READABLE = new Protection(false, true);

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void names() {
    file = folder.resolve("efuse.bin");
  }

  private ECPublicKey read(String chip, KeyBlocks blocks, Nonce nonce) throws IOException {
    return new EcdsaPeripheral(Chip.of(chip), new EfuseFile(file), nonce, new SecureRandom())
        .publicKey(blocks);
  }

  private ECPublicKey read(String chip, KeyBlocks blocks) throws IOException {
    return read(chip, blocks, Nonce.RANDOM);
  }

  private TlsException refuses(String chip, KeyBlocks blocks) {
    return assertThrows(TlsException.class, () -> read(chip, blocks));
  }

  private static void assertSays(TlsErrorCode code, String part, TlsException error) {
    assertEquals(code, error.code(), error.getMessage());
    assertTrue(error.getMessage().contains(part), error.getMessage());
  }

  private void write(VirtualFile content) throws IOException {
    Files.write(file, content.bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"esp32h2", "esp32p4", "esp32p4-rev1"})
  void readsP256KeysOfEspefuse(String chip) throws Exception {
    write(Samples.p256OnH2().remains());
    assertEquals(Samples.publicKey(Curve.P_256, Samples.P_256_KEY), read(chip, KeyBlocks.p256(4)));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 6, 7, 8, 9})
  void readsP256KeysOfEachBlock(int block) throws Exception {
    write(
        new VirtualFile()
            .key(block, Samples.P_256_KEY)
            .field(86 + 5 * (block - 4), 5, 1)
            .writeProtect(block)
            .remains());
    assertEquals(
        Samples.publicKey(Curve.P_256, Samples.P_256_KEY), read("esp32c5", KeyBlocks.p256(block)));
  }

  @Test
  void readsP384KeysOfEspefuse() throws Exception {
    ECPublicKey expected = Samples.publicKey(Curve.P_384, Samples.P_384_KEY);
    write(Samples.p384OnC5().remains());
    assertEquals(expected, read("esp32c5", KeyBlocks.p384(5, 4)));
    write(Samples.p384OnP4().remains());
    assertEquals(expected, read("esp32p4", KeyBlocks.p384(9, 4)));
  }

  @Test
  void burnsAsEspefuseDoes() throws Exception {
    EcdsaProvisioning h2 = new EcdsaProvisioning("esp32h2", file);
    assertEquals(
        Samples.publicKey(Curve.P_256, Samples.P_256_KEY),
        h2.burn(KeyBlocks.p256(4), pkcs8(Curve.P_256, Samples.P_256_KEY), READABLE));
    assertArrayEquals(Samples.p256OnH2().bytes(), Files.readAllBytes(file));

    Files.delete(file);
    EcdsaProvisioning c5 = new EcdsaProvisioning("esp32c5", file);
    assertEquals(
        Samples.publicKey(Curve.P_384, Samples.P_384_KEY),
        c5.burn(KeyBlocks.p384(5, 4), pkcs8(Curve.P_384, Samples.P_384_KEY), READABLE));
    assertArrayEquals(Samples.p384OnC5().bytes(), Files.readAllBytes(file));

    Files.delete(file);
    EcdsaProvisioning p4 = new EcdsaProvisioning("esp32p4", file);
    p4.burn(KeyBlocks.p384(9, 4), pkcs8(Curve.P_384, Samples.P_384_KEY), READABLE);
    assertArrayEquals(Samples.p384OnP4().bytes(), Files.readAllBytes(file));
  }

  @Test
  void withoutWriteProtectionOnlyThePurposeIsProtected() throws Exception {
    new EcdsaProvisioning("esp32h2", file)
        .burn(
            KeyBlocks.p256(5), pkcs8(Curve.P_256, Samples.P_256_KEY), new Protection(false, false));
    assertArrayEquals(
        new VirtualFile().key(5, Samples.P_256_KEY).field(92, 4, 1).bit(9).bytes(),
        Files.readAllBytes(file));
  }

  @Test
  void keepsWhatElseIsBurntAndClearsOnlyTheProgrammingRegisters() throws Exception {
    VirtualFile before = new VirtualFile().set(0x44, 0xCAFE).bit(120).set(0x1CC, 0x5AA5);
    Files.write(file, before.remains().bytes());
    new EcdsaProvisioning("esp32h2", file)
        .burn(KeyBlocks.p256(4), pkcs8(Curve.P_256, Samples.P_256_KEY), READABLE);
    assertArrayEquals(
        Samples.p256OnH2().set(0x44, 0xCAFE).bit(120).set(0x1CC, 0x5AA5).bytes(),
        Files.readAllBytes(file));
  }

  @Test
  void readProtectedKeysAreNotInTheFileAndSurviveEspefuse() throws Exception {
    EcdsaProvisioning provisioning = new EcdsaProvisioning("esp32h2", file);
    ECPublicKey key = provisioning.burnNew(KeyBlocks.p256(4), Protection.FULL);
    assertArrayEquals(
        new VirtualFile().field(88, 4, 1).writeProtect(4).readProtect(4).bytes(),
        Files.readAllBytes(file));
    assertEquals(key, read("esp32h2", KeyBlocks.p256(4)));

    // As espefuse leaves the file when it burns something else.
    write(new VirtualFile().field(88, 4, 1).writeProtect(4).readProtect(4).bit(120).remains());
    assertEquals(key, read("esp32h2", KeyBlocks.p256(4)));
  }

  @Test
  void aReadProtectedKeyThatIsStillInTheFileIsUsed() throws Exception {
    write(Samples.p256OnH2().readProtect(4));
    assertEquals(
        Samples.publicKey(Curve.P_256, Samples.P_256_KEY), read("esp32h2", KeyBlocks.p256(4)));
  }

  @Test
  void aReadProtectedKeyThatIsNowhereIsExplained() throws Exception {
    write(new VirtualFile().field(88, 4, 1).writeProtect(4).readProtect(4).remains());
    assertSays(
        TlsErrorCode.INVALID_ARG, "--no-read-protect", refuses("esp32h2", KeyBlocks.p256(4)));
  }

  @Test
  void aDamagedFileOfReadProtectedKeysIsRefused() throws Exception {
    new EcdsaProvisioning("esp32h2", file).burnNew(KeyBlocks.p256(4), Protection.FULL);
    Path keys = folder.resolve("efuse.bin.keys");
    byte[] good = Files.readAllBytes(keys);
    for (int length : new int[] {0, 1, good.length - 1, good.length + 1, 100_000}) {
      Files.write(keys, Arrays.copyOf(good, length));
      assertSays(TlsErrorCode.INVALID_ARG, "damaged", refuses("esp32h2", KeyBlocks.p256(4)));
    }
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      Files.write(keys, bad);
      assertSays(TlsErrorCode.INVALID_ARG, "damaged", refuses("esp32h2", KeyBlocks.p256(4)));
    }
    Files.write(keys, good);
    read("esp32h2", KeyBlocks.p256(4));
  }

  @ParameterizedTest
  @CsvSource({
    "0, USER",
    "2, XTS_AES_256_KEY_1",
    "7, HMAC_DOWN_DIGITAL_SIGNATURE",
    "9, SECURE_BOOT_DIGEST0",
    "16, ECDSA_KEY_P192",
    "17, ECDSA_KEY_P384_L",
    "18, ECDSA_KEY_P384_H",
    "31, number 31"
  })
  void anotherPurposeIsRefused(int number, String name) throws Exception {
    write(new VirtualFile().key(4, Samples.P_256_KEY).field(86, 5, number));
    assertSays(TlsErrorCode.INVALID_ARG, name, refuses("esp32c5", KeyBlocks.p256(4)));
  }

  @Test
  void theHalvesOfAKeyAreToldApart() throws Exception {
    write(Samples.p384OnC5());
    assertSays(
        TlsErrorCode.INVALID_ARG, "ECDSA_KEY_P384_H", refuses("esp32c5", KeyBlocks.p384(4, 5)));
    assertSays(
        TlsErrorCode.INVALID_ARG,
        "no key burnt in block 6",
        refuses("esp32c5", KeyBlocks.p384(5, 6)));
  }

  @Test
  void aBlockThatIsNotBurntIsRefused() throws Exception {
    write(new VirtualFile().field(88, 4, 1));
    assertSays(TlsErrorCode.INVALID_ARG, "no key burnt", refuses("esp32h2", KeyBlocks.p256(4)));
    write(new VirtualFile());
    assertSays(TlsErrorCode.INVALID_ARG, "no key burnt", refuses("esp32h2", KeyBlocks.p256(4)));
    write(new VirtualFile().readProtect(4));
    assertSays(TlsErrorCode.INVALID_ARG, "USER", refuses("esp32h2", KeyBlocks.p256(4)));
  }

  @Test
  void curvesThatTheChipLacksAreRefused() throws Exception {
    write(Samples.p384OnC5());
    for (String chip : new String[] {"esp32h2", "esp32p4-rev1"}) {
      assertSays(TlsErrorCode.INVALID_ARG, "P-384", refuses(chip, KeyBlocks.p384(5, 4)));
      assertSays(
          TlsErrorCode.INVALID_ARG,
          "P-384",
          assertThrows(
              TlsException.class,
              () ->
                  new EcdsaProvisioning(chip, folder.resolve("new"))
                      .burnNew(KeyBlocks.p384(5, 4), READABLE)));
    }
    assertFalse(Files.exists(folder.resolve("new")));
    write(Samples.p256OnH2().field(59, 2, 1)); // ECDSA_CURVE_MODE: P-192 only.
    assertSays(TlsErrorCode.INVALID_ARG, "P-256", refuses("esp32h2", KeyBlocks.p256(4)));
    write(Samples.p256OnH2().field(59, 2, 2)); // Both.
    read("esp32h2", KeyBlocks.p256(4));
  }

  @Test
  void aChipThatForcesRandomNoncesIsObeyed() throws Exception {
    write(Samples.p256OnH2().bit(114));
    read("esp32h2", KeyBlocks.p256(4), Nonce.RANDOM);
    assertSays(
        TlsErrorCode.INVALID_ARG,
        "ECDSA_FORCE_USE_HARDWARE_K",
        assertThrows(
            TlsException.class, () -> read("esp32h2", KeyBlocks.p256(4), Nonce.DETERMINISTIC)));
    read("esp32p4", KeyBlocks.p256(4), Nonce.DETERMINISTIC);
  }

  @ParameterizedTest
  @CsvSource({"esp32c5, 86, 5, 74", "esp32p4, 88, 4, 73", "esp32p4-rev1, 88, 4, 73"})
  void aChipThatForcesKeysOfTheKeyManagerIsObeyed(String chip, int purpose, int width, int bit)
      throws Exception {
    VirtualFile burnt = new VirtualFile().key(4, Samples.P_256_KEY).field(purpose, width, 1);
    write(burnt);
    read(chip, KeyBlocks.p256(4));
    write(burnt.bit(bit));
    assertSays(TlsErrorCode.INVALID_ARG, "KEY_MANAGER", refuses(chip, KeyBlocks.p256(4)));
  }

  @Test
  void theBlockThatCannotHoldKeysIsRefused() throws Exception {
    write(new VirtualFile().key(9, Samples.P_256_KEY).field(108, 4, 1));
    assertSays(TlsErrorCode.INVALID_ARG, "silicon", refuses("esp32h2", KeyBlocks.p256(9)));
    read("esp32p4", KeyBlocks.p256(9));
    assertSays(
        TlsErrorCode.INVALID_ARG,
        "silicon",
        assertThrows(
            TlsException.class,
            () ->
                new EcdsaProvisioning("esp32h2", folder.resolve("new"))
                    .burnNew(KeyBlocks.p256(9), READABLE)));
  }

  @Test
  void numbersThatAreNoPrivateKeysAreRefused() throws Exception {
    BigInteger order = order(Curve.P_256);
    for (BigInteger number : new BigInteger[] {order, order.add(BigInteger.ONE)}) {
      write(new VirtualFile().key(4, bytes(number, 32)).field(88, 4, 1));
      assertSays(
          TlsErrorCode.INVALID_ARG, "not a private key", refuses("esp32h2", KeyBlocks.p256(4)));
    }
    for (BigInteger number : new BigInteger[] {BigInteger.ONE, order.subtract(BigInteger.ONE)}) {
      write(new VirtualFile().key(4, bytes(number, 32)).field(88, 4, 1));
      read("esp32h2", KeyBlocks.p256(4));
    }
    byte[] tooHigh = new byte[17];
    tooHigh[0] = 1;
    write(Samples.p384OnC5().key(4, tooHigh));
    assertSays(
        TlsErrorCode.INVALID_ARG, "more than 16 bytes", refuses("esp32c5", KeyBlocks.p384(5, 4)));
    byte[] ones = new byte[32];
    Arrays.fill(ones, (byte) 0xFF);
    write(Samples.p384OnC5().key(4, Arrays.copyOf(ones, 16)).key(5, ones));
    assertSays(
        TlsErrorCode.INVALID_ARG, "not a private key", refuses("esp32c5", KeyBlocks.p384(5, 4)));
  }

  @Test
  void filesOfAnotherLengthAreRefused() throws Exception {
    for (int length : new int[] {0, 1, 511, 513, 1_000_000}) {
      Files.write(file, Arrays.copyOf(Samples.p256OnH2().bytes(), length));
      assertSays(
          TlsErrorCode.INVALID_ARG,
          "512 bytes, '" + file + "' has",
          refuses("esp32h2", KeyBlocks.p256(4)));
      assertThrows(
          TlsException.class,
          () -> new EcdsaProvisioning("esp32h2", file).burnNew(KeyBlocks.p256(4), Protection.FULL));
      assertEquals(length, Files.size(file));
    }
  }

  @Test
  void aFileThatIsNotThereMayComeBack() throws Exception {
    DeviceLostException missing =
        assertThrows(DeviceLostException.class, () -> read("esp32h2", KeyBlocks.p256(4)));
    assertTrue(missing.getMessage().contains(file.toString()), missing.getMessage());
    Files.createDirectory(file);
    assertThrows(DeviceLostException.class, () -> read("esp32h2", KeyBlocks.p256(4)));
  }

  @ParameterizedTest
  @CsvSource({
    "key, holds a key",
    "purpose, HMAC_UP",
    "read, read-protected",
    "write, write-protected",
    "purpose-write, write-protected",
    "rd-dis, RD_DIS"
  })
  void usedBlocksAreNotBurntAgain(String use, String words) throws Exception {
    VirtualFile used = new VirtualFile();
    switch (use) {
      case "key" -> used.key(4, new byte[] {1});
      case "purpose" -> used.field(88, 4, 8);
      case "read" -> used.readProtect(4);
      case "write" -> used.bit(23);
      case "purpose-write" -> used.bit(8);
      default -> used.bit(0);
    }
    write(used);
    TlsException refusal =
        assertThrows(
            TlsException.class,
            () ->
                new EcdsaProvisioning("esp32h2", file).burnNew(KeyBlocks.p256(4), Protection.FULL));
    assertSays(TlsErrorCode.INVALID_STATE, words, refusal);
    assertArrayEquals(used.bytes(), Files.readAllBytes(file));
    new EcdsaProvisioning("esp32h2", file).burnNew(KeyBlocks.p256(5), READABLE);
    read("esp32h2", KeyBlocks.p256(5));
  }

  @Test
  void ofAKeyWithTwoBlocksBothAreBurntOrNone() throws Exception {
    VirtualFile used = new VirtualFile().key(4, new byte[] {1});
    write(used);
    assertThrows(
        TlsException.class,
        () ->
            new EcdsaProvisioning("esp32c5", file).burnNew(KeyBlocks.p384(5, 4), Protection.FULL));
    assertArrayEquals(used.bytes(), Files.readAllBytes(file));
    assertFalse(Files.exists(folder.resolve("efuse.bin.keys")));
  }

  @Test
  void severalKeysLiveTogether() throws Exception {
    EcdsaProvisioning c5 = new EcdsaProvisioning("esp32c5", file);
    ECPublicKey first = c5.burnNew(KeyBlocks.p256(4), Protection.FULL);
    ECPublicKey second = c5.burnNew(KeyBlocks.p384(7, 6), Protection.FULL);
    ECPublicKey third = c5.burnNew(KeyBlocks.p256(9), READABLE);
    assertEquals(first, read("esp32c5", KeyBlocks.p256(4)));
    assertEquals(second, read("esp32c5", KeyBlocks.p384(7, 6)));
    assertEquals(third, read("esp32c5", KeyBlocks.p256(9)));
  }

  @Test
  void onlyTheOwnerMayReadAndNothingIsLeftBeside() throws Exception {
    Files.write(folder.resolve("efuse.bin.new"), new byte[] {1, 2, 3}); // Of a killed process.
    new EcdsaProvisioning("esp32h2", file).burnNew(KeyBlocks.p256(4), Protection.FULL);
    for (String name : new String[] {"efuse.bin", "efuse.bin.keys"}) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))));
    }
    try (var names = Files.list(folder)) {
      assertEquals(2, names.count());
    }
  }

  @Test
  void aLinkStaysOne() throws Exception {
    Path real = Files.createDirectory(folder.resolve("real")).resolve("chip.bin");
    Files.write(real, new VirtualFile().bytes());
    Files.createSymbolicLink(file, real);
    ECPublicKey key =
        new EcdsaProvisioning("esp32h2", file).burnNew(KeyBlocks.p256(4), Protection.FULL);
    assertTrue(Files.isSymbolicLink(file));
    assertEquals(key, read("esp32h2", KeyBlocks.p256(4)));
    assertTrue(Files.exists(folder.resolve("real").resolve("chip.bin.keys")));
  }

  /** Whichever bit of BLOCK0 changes: the same key, or a refusal in words. */
  @Test
  void eachFlippedBitGivesTheSameKeyOrARefusal() throws Exception {
    byte[] good = Samples.p384OnC5().bytes();
    ECPublicKey expected = Samples.publicKey(Curve.P_384, Samples.P_384_KEY);
    int refused = 0;
    for (int bit = 0; bit < 24 * 8; bit++) {
      byte[] changed = good.clone();
      changed[0x1D3 - bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, changed);
      try {
        assertEquals(expected, read("esp32c5", KeyBlocks.p384(5, 4)));
      } catch (TlsException e) {
        assertEquals(TlsErrorCode.INVALID_ARG, e.code());
        refused++;
      }
    }
    assertEquals(11, refused); // The purposes of the two blocks, and the key manager.
  }

  @Test
  void unknownNamesAreRefused() {
    assertSays(
        TlsErrorCode.INVALID_ARG,
        "esp32c5",
        assertThrows(TlsException.class, () -> new EcdsaProvisioning("esp32", file)));
    assertSays(
        TlsErrorCode.INVALID_ARG,
        "P-384",
        assertThrows(TlsException.class, () -> Curve.of("secp256k1")));
    assertSays(
        TlsErrorCode.INVALID_ARG,
        "deterministic",
        assertThrows(TlsException.class, () -> Nonce.of("RANDOM")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "10", "", "x", "4,", ",4", "4,5,6", "4,4", "4,10", "3,4", "-4"})
  void blocksThatCannotBeAreRefused(String id) {
    TlsException refusal = assertThrows(TlsException.class, () -> KeyBlocks.parse(id));
    assertEquals(TlsErrorCode.INVALID_ARG, refusal.code());
  }

  @Test
  void blocksMustFitTheCurve() throws Exception {
    assertEquals(KeyBlocks.p256(4), KeyBlocks.parse("4"));
    assertEquals(KeyBlocks.p384(5, 4), KeyBlocks.parse("5,4"));
    assertEquals("5,4", KeyBlocks.p384(5, 4).id());
    assertSays(
        TlsErrorCode.INVALID_ARG,
        "one block",
        assertThrows(TlsException.class, () -> KeyBlocks.of(Curve.P_256, 4, OptionalInt.of(5))));
    assertSays(
        TlsErrorCode.INVALID_ARG,
        "two blocks",
        assertThrows(TlsException.class, () -> KeyBlocks.of(Curve.P_384, 4, OptionalInt.empty())));
  }

  @Test
  void givenKeysAreTheOnesThatSign() throws Exception {
    KeyPair pair = KeyType.EC_P384.generate();
    ECPublicKey burnt =
        new EcdsaProvisioning("esp32p4", file)
            .burn(KeyBlocks.p384(5, 4), Pem.privateKey(pair.getPrivate()), Protection.FULL);
    assertEquals(pair.getPublic(), burnt);
    assertEquals(burnt, read("esp32p4", KeyBlocks.p384(5, 4)));
  }

  private static BigInteger order(Curve curve) {
    return Samples.publicKey(curve, bytes(BigInteger.ONE, curve.length())).getParams().getOrder();
  }

  private static byte[] bytes(BigInteger number, int length) {
    byte[] signed = number.setBit(8 * length).toByteArray();
    return Arrays.copyOfRange(signed, signed.length - length, signed.length);
  }

  /** PKCS#8 with nothing but the key. */
  private static byte[] pkcs8(Curve curve, byte[] key) {
    byte[] identifier = curve.objectIdentifier();
    byte[] inner = der(0x30, new byte[] {2, 1, 1}, der(4, key));
    byte[] algorithm =
        der(
            0x30,
            new byte[] {6, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1},
            der(6, identifier));
    return der(0x30, new byte[] {2, 1, 0}, algorithm, der(4, inner));
  }

  private static byte[] der(int tag, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] element = new byte[2 + length];
    element[0] = (byte) tag;
    element[1] = (byte) length;
    int at = 2;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, element, at, part.length);
      at += part.length;
    }
    return element;
  }
}
