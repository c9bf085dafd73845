package io.sallyport.hw.atecc608a;

import io.sallyport.hw.atecc608a.driver.Atecc608;
import io.sallyport.hw.atecc608a.driver.ChipException;
import io.sallyport.hw.atecc608a.driver.Points;
import io.sallyport.hw.atecc608a.packet.Crc16;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import javax.security.auth.x500.X500Principal;

/** What an operator does with a chip: look at it, provision it, have a certificate issued. */
public final class Atecc608aTool {
  private static final int UNLOCKED = 0x55;
  private static final int LOCK_VALUE = 86;
  private static final int LOCK_CONFIG = 87;
  private static final int SLOT_CONFIG = 20;
  private static final int KEY_CONFIG = 96;

  /** Signs what comes from outside, agrees on secrets, may be made anew; never read. */
  private static final byte[] SIGNING_SLOT = {(byte) 0x85, 0x20};

  /** Private, its public half may be told, on P-256, lockable. */
  private static final byte[] PRIVATE_P256 = {0x33, 0x00};

  private static final int WORD = 4;

  private final Atecc608 chip;

  /** For a chip, which stays the caller's. */
  public Atecc608aTool(Atecc608 chip) {
    this.chip = chip;
  }

  /** What the chip is and holds, in lines. */
  public String info() throws IOException {
    byte[] config = chip.config();
    byte[] serial = new byte[9];
    System.arraycopy(config, 0, serial, 0, 4);
    System.arraycopy(config, 8, serial, 4, 5);
    boolean configLocked = config[LOCK_CONFIG] != UNLOCKED;
    boolean dataLocked = config[LOCK_VALUE] != UNLOCKED;
    HexFormat hex = HexFormat.of().withUpperCase();
    StringBuilder text = new StringBuilder();
    text.append("revision  ").append(hex.formatHex(chip.revision())).append('\n');
    text.append("serial    ").append(hex.formatHex(serial)).append('\n');
    text.append(String.format(Locale.ROOT, "address   %02X%n", config[16] & 0xFF));
    text.append("layout    ")
        .append(dataLocked ? layout() : "not known before the data are locked");
    text.append('\n');
    text.append("config    ").append(configLocked ? "locked" : "open").append('\n');
    text.append("data      ").append(dataLocked ? "locked" : "open").append('\n');
    for (int slot = 0; slot < Atecc608.SLOTS; slot++) {
      if ((config[KEY_CONFIG + 2 * slot] & 1) != 0) {
        text.append(String.format(Locale.ROOT, "slot %-4d %s%n", slot, describe(slot)));
      }
    }
    return text.toString();
  }

  private String layout() throws IOException {
    String code = new String(chip.otp(), 0, 8, StandardCharsets.US_ASCII);
    return switch (code) {
      case "KQp2ZkD8", "x6tjuZMy" -> "Trust&GO";
      case "MKMwyhP1" -> "TrustFLEX";
      default -> "TrustCUSTOM";
    };
  }

  private String describe(int slot) throws IOException {
    try {
      byte[] point = chip.publicKey(slot);
      return "private key, public " + HexFormat.of().formatHex(Arrays.copyOf(point, 8)) + "…";
    } catch (ChipException e) {
      return "no private key yet";
    }
  }

  /**
   * Makes a blank chip ready: configures a slot for a signing key, locks configuration and data,
   * and makes the key. Locks are for ever.
   *
   * @throws IOException when the chip is locked already, or refuses
   */
  public void provision(int slot) throws IOException {
    byte[] config = chip.config();
    if (config[LOCK_CONFIG] != UNLOCKED) {
      throw new IOException(
          "The configuration of this chip is locked, so it cannot be provisioned; it stays as it"
              + " is.");
    }
    configure(config, SLOT_CONFIG + 2 * slot, SIGNING_SLOT);
    configure(config, KEY_CONFIG + 2 * slot, PRIVATE_P256);
    byte[] written = chip.config();
    if (!Arrays.equals(config, written)) {
      throw new IOException(
          "The configuration was not written as it was meant; nothing has been locked.");
    }
    chip.lockConfig(Crc16.of(written, 0, written.length));
    chip.lockData();
    chip.generateKey(slot);
  }

  /** Writes the word that holds two bytes. */
  private void configure(byte[] config, int at, byte[] value) throws IOException {
    System.arraycopy(value, 0, config, at, value.length);
    int word = at / WORD * WORD;
    chip.writeConfig(word, Arrays.copyOfRange(config, word, word + WORD));
  }

  /** The public half of a slot's key. */
  public ECPublicKey publicKey(int slot) throws IOException {
    return Points.key(chip.publicKey(slot));
  }

  /**
   * A certification request for a slot's key, which signs it.
   *
   * @param subject the name in the certificate
   * @return PEM
   */
  public String csr(int slot, X500Principal subject) throws IOException {
    return Csr.pem(subject, publicKey(slot), digest -> chip.sign(slot, digest));
  }
}
