package io.sallyport.hw.atecc608a.certificate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a chip holds that its certificates are made of.
 *
 * @param serial its serial number, 9 bytes
 * @param otp the one-time programmable zone, 64 bytes
 * @param point the public half of the key that the device's certificate is for, X and Y
 * @param address slot 5, 36 bytes: on Trust&amp;GO the MAC address; empty where it cannot be read
 * @param general slot 8, 416 bytes: on TrustCUSTOM the names; empty where it cannot be read
 * @param device slot 10, 72 bytes: the device's compressed certificate
 * @param signerKey slot 11, 72 bytes: the signer's public key
 * @param signer slot 12, 72 bytes: the signer's compressed certificate
 */
@SuppressWarnings("ArrayRecordComponent") // Not compared; read once, and passed on.
public record Memory(
    byte[] serial,
    byte[] otp,
    byte[] point,
    byte[] address,
    byte[] general,
    byte[] device,
    byte[] signerKey,
    byte[] signer) {
  private static final int CODE = 8;
  private static final int MAC_DIGITS = 12;
  private static final int COORDINATE = 32;
  private static final int GAP = 4;

  /** The eight characters that tell the maker's template. */
  String code() {
    return new String(otp, 0, CODE, StandardCharsets.ISO_8859_1);
  }

  /** The MAC address in hexadecimal digits; empty where there is none. */
  String eui48() {
    if (address.length < MAC_DIGITS) {
      return "";
    }
    String text = new String(address, 0, MAC_DIGITS, StandardCharsets.ISO_8859_1);
    return text.matches("[0-9A-Fa-f]{12}") ? text : "";
  }

  /** The signer's public key, X and Y. */
  byte[] signerPoint() {
    byte[] both = Arrays.copyOfRange(signerKey, GAP, GAP + 2 * COORDINATE);
    System.arraycopy(signerKey, 2 * GAP + COORDINATE, both, COORDINATE, COORDINATE);
    return both;
  }

  /** A public key as it lies in a slot: four bytes before each half. */
  static byte[] slotOf(byte[] point) {
    byte[] slot = new byte[2 * (GAP + COORDINATE)];
    System.arraycopy(point, 0, slot, GAP, COORDINATE);
    System.arraycopy(point, COORDINATE, slot, 2 * GAP + COORDINATE, COORDINATE);
    return slot;
  }

  /** Whether no certificate was ever written. */
  boolean isBlank() {
    return isOne(device, 0) || isOne(device, 0xFF);
  }

  private static boolean isOne(byte[] bytes, int value) {
    for (byte one : bytes) {
      if ((one & 0xFF) != value) {
        return false;
      }
    }
    return true;
  }
}
