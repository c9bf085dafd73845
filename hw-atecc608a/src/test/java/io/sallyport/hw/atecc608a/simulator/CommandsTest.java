package io.sallyport.hw.atecc608a.simulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Crc16;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands beyond those that TLS needs; what they should give is put together here by hand. */
class CommandsTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] KEY = filled(32, 0x11);
  private static final byte[] OTHER = filled(32, 0x77);

  private final Curve curve = new Curve();
  private Zones zones = new Factory().make(Layout.TRUSTCUSTOM);
  private Chip chip = new Chip(zones);

  private static byte[] filled(int length, int with) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  private static byte[] bytes(int... values) {
    return Bytes.of(values);
  }

  private static byte[] sha(byte[]... parts) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  private Response ask(int opcode, int param1, int param2, byte... data) {
    return chip.execute(new Command(opcode, param1, param2, data));
  }

  private Status status(int opcode, int param1, int param2, byte... data) {
    Response response = ask(opcode, param1, param2, data);
    assertTrue(response.isStatus(), HEX.formatHex(response.data()));
    return response.status();
  }

  private byte[] data(int opcode, int param1, int param2, byte... data) {
    Response response = ask(opcode, param1, param2, data);
    assertTrue(response.data().length > 1, "status " + response.status());
    return response.data();
  }

  private void done(int opcode, int param1, int param2, byte... data) {
    assertEquals(Status.SUCCESS, status(opcode, param1, param2, data));
  }

  private void slot(int slot, int slotConfig, int keyConfig) {
    zones.config[20 + 2 * slot] = (byte) slotConfig;
    zones.config[21 + 2 * slot] = (byte) (slotConfig >>> 8);
    zones.config[96 + 2 * slot] = (byte) keyConfig;
    zones.config[97 + 2 * slot] = (byte) (keyConfig >>> 8);
  }

  private void lock() {
    zones.lockConfig();
    zones.lockData();
  }

  /** SN[8], SN[0], SN[1]. */
  private byte[] fixed() {
    byte[] serial = zones.serial();
    return bytes(serial[8], serial[0], serial[1]);
  }

  private byte[] randomNonce() throws Exception {
    byte[] in = filled(20, 3);
    return sha(data(0x16, 0, 0, in), in, bytes(0x16, 0, 0));
  }

  private byte[] genDig(int slot, byte[] stored, byte[] tempKey) throws Exception {
    done(0x15, 2, slot);
    return sha(stored, bytes(0x15, 2, slot, 0), fixed(), new byte[25], tempKey);
  }

  @Test
  void theExtraBytesAreWrittenOnce() {
    done(0x20, 0, 0x00);
    lock();
    done(0x20, 0, 0x55);
    assertEquals(0x55, zones.config[84]);
    assertEquals(Status.EXECUTION, status(0x20, 0, 0x66));
    done(0x20, 1, 0xC2);
    assertEquals(Status.EXECUTION, status(0x20, 1, 0xC4));
    assertEquals(Status.PARSE, status(0x20, 3, 0));
    assertEquals(Status.PARSE, status(0x20, 0, 0x100));
  }

  @Test
  void eachSelfTestPasses() {
    for (int tests : new int[] {0x01, 0x04, 0x08, 0x10, 0x20, 0x3B, 0x3D}) {
      assertArrayEquals(bytes(0), ask(0x77, tests, 0).data());
    }
    assertEquals(Status.PARSE, status(0x77, 0x40, 0));
    assertEquals(Status.PARSE, status(0x77, 0, 0));
  }

  @Test
  void secretsAreWrittenAndReadEnciphered() throws Exception {
    slot(3, 0x0F8F, 0x001C); // The key of both, never read.
    slot(8, 0x43C3, 0x001C); // A secret; read and written by slot 3.
    zones.write(3, KEY);
    lock();
    byte[] clear = filled(32, 0x42);
    byte[] mask = genDig(3, KEY, randomNonce());
    byte[] head = bytes(0x12, 0xC2, 8 << 3, 0);
    byte[] mac = sha(mask, head, fixed(), new byte[25], clear);
    byte[] packet = Bytes.joined(Bytes.xor(clear, mask), mac);
    done(0x12, 0xC2, 8 << 3, packet);
    assertEquals(Status.EXECUTION, status(0x12, 0xC2, 8 << 3, packet), "TempKey is used up");
    assertEquals(Status.EXECUTION, status(0x02, 0x82, 8 << 3), "a secret is not read in the clear");
    byte[] readMask = genDig(3, KEY, randomNonce());
    assertArrayEquals(clear, Bytes.xor(data(0x02, 0x82, 8 << 3), readMask));
    genDig(3, KEY, randomNonce());
    assertEquals(Status.EXECUTION, status(0x12, 0xC2, 8 << 3, new byte[64]), "the MAC is wrong");
    genDig(8, clear, randomNonce());
    assertEquals(Status.EXECUTION, status(0x02, 0x82, 8 << 3), "by another key");
    assertEquals(Status.EXECUTION, status(0x12, 0x82, 8 << 3, clear), "nor written in the clear");
  }

  @Test
  void aPrivateKeyIsWrittenEnciphered() throws Exception {
    slot(3, 0x0F8F, 0x001C);
    slot(0, 0x4385, 0x0033);
    zones.write(3, KEY);
    zones.lockConfig();
    byte[][] pair = curve.generate();
    byte[] clear = Bytes.joined(new byte[4], pair[0]);
    done(0x46, 0, 0, clear);
    assertArrayEquals(pair[1], data(0x40, 0, 0));
    zones.lockData();
    assertEquals(Status.EXECUTION, status(0x46, 0, 0, clear), "not in the clear any more");
    byte[][] second = curve.generate();
    byte[] newer = Bytes.joined(new byte[4], second[0]);
    byte[] mask = genDig(3, KEY, randomNonce());
    byte[] mac = sha(mask, bytes(0x46, 0x40, 0, 0), fixed(), new byte[21], newer);
    byte[] sent = Bytes.joined(Bytes.xor(newer, Bytes.joined(mask, sha(mask))), mac);
    done(0x46, 0x40, 0, sent);
    assertArrayEquals(second[1], data(0x40, 0, 0));
    genDig(3, KEY, randomNonce());
    sent[40] ^= 1;
    assertEquals(Status.EXECUTION, status(0x46, 0x40, 0, sent));
    assertEquals(Status.EXECUTION, status(0x46, 0x40, 3, sent), "no private key's slot");
  }

  @Test
  void aesIsThatOfThePlatform() throws Exception {
    slot(9, 0x0F8F, 0x001A);
    byte[] keys = new byte[64];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (byte) (i * 7);
    }
    zones.write(9, keys);
    lock();
    byte[] block = filled(16, 0x5A);
    for (int which = 0; which < 4; which++) {
      Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(Arrays.copyOfRange(keys, which * 16, which * 16 + 16), "AES"));
      byte[] enciphered = data(0x51, which << 6, 9, block);
      assertArrayEquals(cipher.doFinal(block), enciphered);
      assertArrayEquals(block, data(0x51, which << 6 | 1, 9, enciphered));
    }
    assertEquals(Status.EXECUTION, status(0x51, 0, 8, block), "no slot for such keys");
    assertEquals(Status.PARSE, status(0x51, 2, 9, block));
    zones.config[13] = 0;
    assertEquals(Status.EXECUTION, status(0x51, 0, 9, block), "AES is switched off");
  }

  /** Test case 2 of "The Galois/Counter Mode of Operation" (McGrew, Viega). */
  @Test
  void theProductIsThatOfGcm() {
    lock();
    byte[] product =
        data(
            0x51,
            3,
            0,
            HEX.parseHex("66e94bd4ef8a2c3b884cfa59ca342b2e" + "0388dace60b6a392f328c2b971b2fe78"));
    assertEquals("5e2ec746917062882c85b0685353deb7", HEX.formatHex(product));
  }

  @Test
  void aMacIsCheckedAndOpensWhatNeedsIt() throws Exception {
    slot(3, 0x0F8F, 0x001C);
    slot(0, 0x2085, 0x03B3); // Needs a proof that slot 3 is known.
    zones.write(3, KEY);
    zones.privateKey(0, curve.generate()[0]);
    lock();
    byte[] serial = zones.serial();
    byte[] mac = data(0x08, 0x40, 3, OTHER);
    assertArrayEquals(
        sha(
            KEY,
            OTHER,
            bytes(0x08, 0x40, 3, 0),
            new byte[11],
            bytes(serial[8]),
            Arrays.copyOfRange(serial, 4, 8),
            bytes(serial[0], serial[1], serial[2], serial[3])),
        mac);
    assertArrayEquals(
        sha(
            KEY,
            OTHER,
            bytes(0x08, 0, 3, 0),
            new byte[11],
            bytes(serial[8], 0, 0, 0, 0, serial[0], serial[1], 0, 0)),
        data(0x08, 0, 3, OTHER));
    byte[] tempKey = randomNonce();
    byte[] ofTempKey = data(0x08, 1, 3);
    assertArrayEquals(
        sha(
            KEY,
            tempKey,
            bytes(0x08, 1, 3, 0),
            new byte[11],
            bytes(serial[8], 0, 0, 0, 0, serial[0], serial[1], 0, 0)),
        ofTempKey);
    assertEquals(Status.EXECUTION, status(0x08, 5, 3), "TempKey is not from outside");
    byte[] about =
        Bytes.joined(
            bytes(0x08, 0x40, 3, 0, 0, 0, 0),
            Arrays.copyOfRange(serial, 4, 8),
            Arrays.copyOfRange(serial, 2, 4));
    byte[] wrong = Bytes.joined(OTHER, filled(32, 1), about);
    assertEquals(Status.EXECUTION, status(0x40, 0, 0), "not proved yet");
    assertEquals(Status.MISCOMPARE, status(0x28, 0, 3, wrong));
    assertEquals(Status.EXECUTION, status(0x40, 0, 0), "not proved");
    done(0x28, 0, 3, Bytes.joined(OTHER, mac, about));
    assertEquals(64, data(0x40, 0, 0).length);
    assertEquals(0x1C, data(0x30, 2, 0)[1] & 0x7F, "authorized by slot 3");
    chip.sleep();
    assertEquals(Status.EXECUTION, status(0x40, 0, 0), "forgotten");
  }

  @Test
  void whatMustNotGoIntoAMacDoesNot() throws Exception {
    slot(3, 0x0F9F, 0x001C);
    zones.write(3, KEY);
    lock();
    assertEquals(Status.EXECUTION, status(0x08, 0, 3, OTHER));
    assertEquals(Status.EXECUTION, status(0x47, 4, 3));
    genDig(3, KEY, randomNonce());
    assertEquals(0xA3, data(0x30, 2, 0)[0] & 0xFF);
    assertEquals(Status.EXECUTION, status(0x08, 2, 0, OTHER));
  }

  @Test
  void aKeyRollsAndIsDerived() throws Exception {
    slot(3, 0x2F8F, 0x001C); // Rolls.
    slot(4, 0xB38F, 0x001C); // From slot 3, with a MAC.
    zones.write(3, KEY);
    lock();
    byte[] tempKey = randomNonce();
    done(0x1C, 0, 3);
    byte[] rolled = sha(KEY, bytes(0x1C, 0, 3, 0), fixed(), new byte[25], tempKey);
    assertArrayEquals(rolled, Arrays.copyOf(zones.slots[3], 32));
    assertEquals(Status.EXECUTION, status(0x1C, 0, 3), "TempKey is used up");
    byte[] next = randomNonce();
    assertEquals(Status.PARSE, status(0x1C, 0, 4), "without a MAC");
    done(0x1C, 0, 4, sha(rolled, bytes(0x1C, 0, 4, 0), fixed()));
    assertArrayEquals(
        sha(rolled, bytes(0x1C, 0, 4, 0), fixed(), new byte[25], next),
        Arrays.copyOf(zones.slots[4], 32));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 55, 56, 63, 64, 119, 120, 128, 300})
  void hmacIsThatOfThePlatform(int length) throws Exception {
    slot(3, 0x0F8F, 0x001C);
    zones.write(3, KEY);
    lock();
    byte[] message = filled(length, length);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
    done(0x47, 4, 3);
    assertArrayEquals(mac.doFinal(message), finish(message, 0xC2));
    done(0x16, 3, 0, KEY);
    done(0x47, 4, 0xFFFF);
    assertArrayEquals(mac.doFinal(message), finish(message, 0xC2));
    done(0x47, 0, 0);
    assertArrayEquals(sha(message), finish(message, 0x42));
  }

  private byte[] finish(byte[] message, int mode) {
    int at = 0;
    for (; message.length - at >= 64; at += 64) {
      done(0x47, 1, 64, Arrays.copyOfRange(message, at, at + 64));
    }
    byte[] rest = Arrays.copyOfRange(message, at, message.length);
    return data(0x47, mode, rest.length, rest);
  }

  @Test
  void aHashGoesOnWhereItWas() throws Exception {
    lock();
    byte[] block = filled(64, 9);
    done(0x47, 0, 0);
    done(0x47, 1, 64, block);
    byte[] context = data(0x47, 6, 0);
    assertArrayEquals(sha(block, bytes(1, 2)), data(0x47, 0xC2, 2, bytes(1, 2)));
    done(0x47, 7, context.length, context);
    done(0x47, 1, 64, block);
    assertArrayEquals(sha(block, block), data(0x47, 2, 0));
    assertEquals(Status.EXECUTION, status(0x47, 6, 0), "nothing runs");
    assertEquals(Status.PARSE, status(0x47, 7, 39, new byte[39]));
    done(0x16, 3, 0, KEY);
    done(0x47, 4, 0xFFFF);
    assertEquals(Status.EXECUTION, status(0x47, 6, 0), "a key does not leave");
  }

  @Test
  void aStoredPublicKeyIsHashed() throws Exception {
    slot(11, 0x0F0F, 0x0030);
    byte[] point = curve.generate()[1];
    zones.publicKey(11, point);
    lock();
    done(0x47, 0, 0);
    done(0x47, 3, 11);
    assertArrayEquals(sha(point), data(0x47, 0xC2, 0));
  }

  /** The message of 55 bytes that a chip signs about itself. */
  private byte[] internal(int mode, int slot, byte[] tempKey, int about, int flags) {
    byte[] serial = zones.serial();
    boolean withSerial = (mode & 0x40) != 0;
    byte[] message =
        Bytes.joined(
            tempKey,
            bytes(0x41, mode, slot, 0),
            Arrays.copyOfRange(zones.config, 20 + 2 * about, 22 + 2 * about),
            Arrays.copyOfRange(zones.config, 96 + 2 * about, 98 + 2 * about),
            bytes(flags, 0, 0, serial[8]),
            withSerial ? Arrays.copyOfRange(serial, 4, 8) : new byte[4],
            bytes(serial[0], serial[1]),
            withSerial ? Arrays.copyOfRange(serial, 2, 4) : new byte[2],
            bytes(zones.slotLocked(about) ? 0 : 1, mode & 1, 0));
    assertEquals(55, message.length);
    return message;
  }

  @ParameterizedTest
  @ValueSource(ints = {0x00, 0x40, 0x41})
  void aChipSignsWhatItSaysOfItself(int mode) throws Exception {
    zones = new Factory().make(Layout.TRUST_AND_GO);
    chip = new Chip(zones);
    byte[] nonce = randomNonce();
    byte[] point = data(0x40, 8, 2);
    byte[] tempKey = sha(nonce, bytes(0x40, 8, 2, 0), fixed(), new byte[25], point);
    assertEquals(0x42, data(0x30, 2, 0)[0] & 0xFF);
    byte[] signature = data(0x41, mode, 1);
    byte[] message = internal(mode, 1, tempKey, 2, 0x42);
    assertTrue(curve.verify(data(0x40, 0, 1), sha(message), signature).orElseThrow());
    assertEquals(Status.EXECUTION, status(0x41, mode, 1), "TempKey is used up");
    randomNonce();
    assertEquals(Status.EXECUTION, status(0x41, mode, 1), "TempKey is of nothing");
    done(0x16, 3, 0, KEY);
    data(0x40, 8, 2);
    assertEquals(Status.EXECUTION, status(0x41, mode, 1), "ReqRandom, and it is not random");
  }

  @Test
  void aPublicKeyIsValidatedByItsParent() throws Exception {
    zones = new Factory().make(Layout.TRUST_AND_GO);
    chip = new Chip(zones);
    byte[][] parent = curve.generate();
    byte[][] child = curve.generate();
    zones.publicKey(13, parent[1]);
    byte[] slot = zones.slots[14].clone();
    zones.publicKey(14, child[1]);
    System.arraycopy(zones.slots[14], 0, slot, 0, 72);
    done(0x12, 0x82, 14 << 3, Arrays.copyOf(slot, 32)); // Writable while it is not valid.
    byte[] digest = sha(bytes(1));
    byte[] childSignature = curve.sign(child[0], digest);
    done(0x16, 0x43, 0, digest);
    assertEquals(Status.EXECUTION, status(0x45, 0x20, 14, childSignature), "not validated");

    done(0x16, 3, 0, KEY);
    done(0x40, 0x10, 14, bytes(1, 2, 3));
    byte[] tempKey = sha(KEY, bytes(0x40, 1, 2, 3), fixed(), new byte[25], child[1]);
    byte[] message = internal(0, 0, tempKey, 14, 0x5E);
    byte[] other = other(message);
    byte[] signature = curve.sign(parent[0], sha(message));
    done(0x45, 3, 14, Bytes.joined(signature, other));
    assertEquals(1, data(0x30, 1, 14)[0]);
    done(0x16, 0x43, 0, digest);
    done(0x45, 0x20, 14, childSignature);
    assertEquals(
        Status.EXECUTION, status(0x12, 0x82, 14 << 3, Arrays.copyOf(slot, 32)), "valid: it stays");

    byte[] opposite = internal(1, 0, tempKey, 14, 0x5E);
    byte[] revocation = curve.sign(parent[0], sha(opposite));
    done(0x16, 3, 0, KEY);
    done(0x40, 0x10, 14, bytes(1, 2, 3));
    assertEquals(
        Status.EXECUTION,
        status(0x45, 7, 14, Bytes.joined(signature, other)),
        "what validates does not invalidate");
    assertEquals(
        Status.MISCOMPARE,
        status(0x45, 7, 14, Bytes.joined(childSignature, other(opposite))),
        "by another");
    assertEquals(1, data(0x30, 1, 14)[0]);
    done(0x16, 3, 0, KEY);
    done(0x40, 0x10, 14, bytes(1, 2, 3));
    done(0x45, 7, 14, Bytes.joined(revocation, other(opposite)));
    assertEquals(0, data(0x30, 1, 14)[0]);
    done(0x12, 0x82, 14 << 3, Arrays.copyOf(slot, 32));
  }

  /** What a verifier must be told of such a message. */
  private static byte[] other(byte[] message) {
    return Bytes.joined(
        Arrays.copyOfRange(message, 33, 43),
        Arrays.copyOfRange(message, 44, 48),
        Arrays.copyOfRange(message, 50, 55));
  }

  @Test
  void aSecretLeavesEnciphered() throws Exception {
    zones = new Factory().make(Layout.TRUST_AND_GO);
    chip = new Chip(zones);
    zones.write(6, KEY);
    byte[] point = curve.generate()[1];
    byte[] clear = data(0x43, 0x0C, 0, point);
    byte[] out = data(0x43, 0x0E, 0, point);
    assertEquals(64, out.length);
    assertArrayEquals(
        clear, Bytes.xor(Arrays.copyOf(out, 32), sha(KEY, Arrays.copyOfRange(out, 32, 64))));
    zones.config[91] |= 1; // ECDH: enciphered only.
    assertEquals(Status.EXECUTION, status(0x43, 0x0C, 0, point));
    assertEquals(64, data(0x43, 0x0E, 0, point).length);
    zones.config[91] |= 3; // Not at all.
    assertEquals(Status.EXECUTION, status(0x43, 0x0E, 0, point));
    done(0x43, 0x08, 0, point);
    assertEquals((byte) 0x80, data(0x30, 2, 0)[1]);
  }

  @Test
  void noncesGoWhereTheyShould() {
    lock();
    done(0x16, 0x03, 0, filled(32, 1));
    done(0x16, 0x23, 0, filled(64, 1));
    done(0x16, 0x43, 0, filled(32, 1));
    done(0x16, 0x63, 0, filled(64, 1));
    done(0x16, 0x83, 0, filled(32, 1));
    for (int mode : new int[] {0xA3, 0xC3, 0x07, 0x02, 0x40}) {
      assertEquals(Status.PARSE, status(0x16, mode, 0, filled(64, 1)));
    }
    assertEquals(32, data(0x16, 1, 0x8000, filled(20, 1)).length);
  }

  @Test
  void theLatchIsSetWhereItIsEnabled() {
    lock();
    assertEquals(Status.EXECUTION, status(0x30, 4, 3));
    assertArrayEquals(bytes(0, 0, 0, 0), data(0x30, 4, 0));
    zones.config[69] = (byte) 0x80;
    assertArrayEquals(bytes(1, 0, 0, 0), data(0x30, 4, 3));
    chip.sleep();
    assertArrayEquals(bytes(1, 0, 0, 0), data(0x30, 4, 0));
    assertArrayEquals(bytes(0, 0, 0, 0), data(0x30, 4, 2));
  }

  @Test
  void countersEndAtTheirLimit() {
    lock();
    zones.counters[1] = 2_097_150;
    assertArrayEquals(bytes(0xFF, 0xFF, 0x1F, 0), data(0x24, 1, 1));
    assertEquals(Status.EXECUTION, status(0x24, 1, 1));
    assertArrayEquals(bytes(0xFF, 0xFF, 0x1F, 0), data(0x24, 0, 1));
  }

  @Test
  void theDataAreLockedByTheirChecksum() {
    zones.lockConfig();
    byte[] all = Bytes.joined(Bytes.joined(zones.slots), zones.otp);
    assertEquals(1208 + 64, all.length);
    int crc = Crc16.of(all, 0, all.length);
    assertEquals(Status.EXECUTION, status(0x17, 1, crc ^ 1));
    assertFalse(zones.dataLocked());
    done(0x17, 1, crc);
    assertTrue(zones.dataLocked());
  }

  @Test
  void aPartialLastBlockIsWrittenAndRead() {
    slot(10, 0x0F0F, 0x003C);
    lock();
    done(0x12, 0x82, 10 << 3 | 2 << 8, filled(32, 6));
    assertArrayEquals(filled(8, 6), Arrays.copyOfRange(zones.slots[10], 64, 72));
    assertArrayEquals(Arrays.copyOf(filled(8, 6), 32), data(0x02, 0x82, 10 << 3 | 2 << 8));
    assertArrayEquals(filled(4, 6), data(0x02, 0x02, 10 << 3 | 2 << 8 | 1));
    assertEquals(Status.PARSE, status(0x02, 0x02, 10 << 3 | 2 << 8 | 2));
    assertEquals(Status.PARSE, status(0x12, 0x82, 10 << 3 | 3 << 8, filled(32, 6)));
  }
}
