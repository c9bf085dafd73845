package io.sallyport.hw.atecc608a;

import io.sallyport.hw.CertificateFile;
import io.sallyport.hw.atecc608a.certificate.Compression;
import io.sallyport.hw.atecc608a.driver.Atecc608;
import io.sallyport.hw.atecc608a.driver.ChipException;
import io.sallyport.hw.atecc608a.driver.Points;
import io.sallyport.hw.atecc608a.packet.Crc16;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
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

  /** May be read and written by everybody, until it is locked. */
  private static final byte[] OPEN_SLOT = {0x0F, 0x0F};

  /** Data, lockable. */
  private static final byte[] DATA = {0x3C, 0x00};

  /** A public key on P-256, lockable. */
  private static final byte[] PUBLIC_P256 = {0x30, 0x00};

  private static final int GENERAL_SLOT = 8;
  private static final int DEVICE_SLOT = 10;
  private static final int SIGNER_KEY_SLOT = 11;
  private static final int SIGNER_SLOT = 12;
  private static final int[] CERTIFICATE_SLOTS = {
    GENERAL_SLOT, DEVICE_SLOT, SIGNER_KEY_SLOT, SIGNER_SLOT
  };
  private static final String CUSTOM = "TrustCUSTOM";
  private static final int WORD = 4;
  private static final int BLOCK = 32;

  private final Atecc608 chip;

  /** For a chip, which stays the caller's. */
  public Atecc608aTool(Atecc608 chip) {
    this.chip = chip;
  }

  /** What the chip is and holds, in lines. */
  public String info() throws IOException {
    byte[] config = chip.config();
    byte[] serial = ChipMemory.serial(config);
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
    if (dataLocked) {
      text.append("cert      ").append(certificate(config)).append('\n');
    }
    for (int slot = 0; slot < Atecc608.SLOTS; slot++) {
      if ((config[KEY_CONFIG + 2 * slot] & 1) != 0) {
        text.append(String.format(Locale.ROOT, "slot %-4d %s%n", slot, describe(slot)));
      }
    }
    return text.toString();
  }

  /** Of the first key that has one. */
  private String certificate(byte[] config) throws IOException {
    String reason = "none";
    for (int slot = 0; slot < GENERAL_SLOT; slot++) {
      if ((config[KEY_CONFIG + 2 * slot] & 1) != 0) {
        try {
          List<X509Certificate> chain = ChipMemory.chain(chip, config, chip.publicKey(slot));
          if (!chain.isEmpty()) {
            return "for slot " + slot + ", " + chain.get(0).getSubjectX500Principal().getName();
          }
        } catch (CertificateException e) {
          reason = String.valueOf(e.getMessage());
        } catch (ChipException e) {
          // No key there.
        }
      }
    }
    return reason;
  }

  private String layout() throws IOException {
    String code = new String(chip.otp(), 0, 8, StandardCharsets.US_ASCII);
    return switch (code) {
      case "KQp2ZkD8", "x6tjuZMy" -> "Trust&GO";
      case "MKMwyhP1" -> "TrustFLEX";
      default -> CUSTOM;
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
   * Makes a blank chip ready: configures a slot for a signing key and those of its certificate,
   * locks configuration and data, and makes the key. Locks are for ever. What was interrupted after
   * the first lock is gone on with.
   *
   * @param slot 0 to 7
   * @throws IOException when the chip is locked already, or refuses
   */
  public void provision(int slot) throws IOException {
    if (slot >= GENERAL_SLOT) {
      throw new IOException(
          "Slot " + slot + " is for data and public keys; give one of 0 to 7 for the private key.");
    }
    byte[] config = chip.config();
    boolean isLocked = config[LOCK_CONFIG] != UNLOCKED;
    if (isLocked && config[LOCK_VALUE] != UNLOCKED) {
      throw new IOException(
          "The configuration of this chip is locked, so it cannot be provisioned; it stays as it"
              + " is.");
    }
    byte[] wanted = config.clone();
    set(wanted, SLOT_CONFIG + 2 * slot, SIGNING_SLOT);
    set(wanted, KEY_CONFIG + 2 * slot, PRIVATE_P256);
    for (int data : CERTIFICATE_SLOTS) {
      set(wanted, SLOT_CONFIG + 2 * data, OPEN_SLOT);
      set(wanted, KEY_CONFIG + 2 * data, data == SIGNER_KEY_SLOT ? PUBLIC_P256 : DATA);
    }
    if (isLocked && !Arrays.equals(config, wanted)) {
      throw new IOException(
          "The configuration of this chip is locked, and is not the one for slot "
              + slot
              + "; it stays as it is.");
    }
    if (!isLocked) {
      configure(config, wanted);
      chip.lockConfig(Crc16.of(wanted, 0, wanted.length));
    }
    chip.lockData();
    chip.generateKey(slot);
  }

  private static void set(byte[] config, int at, byte[] value) {
    System.arraycopy(value, 0, config, at, value.length);
  }

  /** Writes the words that differ, and reads them again. */
  private void configure(byte[] config, byte[] wanted) throws IOException {
    for (int at = SLOT_CONFIG; at < wanted.length; at += WORD) {
      if (!Arrays.equals(config, at, at + WORD, wanted, at, at + WORD)) {
        chip.writeConfig(at, Arrays.copyOfRange(wanted, at, at + WORD));
      }
    }
    if (!Arrays.equals(chip.config(), wanted)) {
      throw new IOException(
          "The configuration was not written as it was meant; nothing has been locked.");
    }
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

  /**
   * The chip's own certificates, rebuilt: what they say, whether they verify, and PEM.
   *
   * @param slot the slot of the private key they are for
   * @throws IOException when they cannot be rebuilt or do not verify
   */
  public String cert(int slot) throws IOException {
    List<X509Certificate> chain = chain(slot);
    return chain.isEmpty() ? "The chip holds no certificate.\n" : CertificateText.of(chain);
  }

  /**
   * The chip's own certificates, rebuilt and verified.
   *
   * @param slot the slot of the private key they are for
   * @return device, signer; nothing when it has none
   * @throws IOException when they cannot be rebuilt or do not verify
   */
  public List<X509Certificate> chain(int slot) throws IOException {
    try {
      return ChipMemory.chain(chip, chip.config(), chip.publicKey(slot));
    } catch (CertificateException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Stores an issued certificate and its signer's on a TrustCUSTOM chip: names in slot 8,
   * compressed in 10 and 12, the signer's key in 11. Nothing is written unless they fit; afterwards
   * they are read again.
   *
   * @param slot the slot of the private key they are for
   * @param chain PEM or DER, the device's certificate first
   * @throws IOException when they do not fit, or the chip refuses
   */
  public void store(int slot, Path chain) throws IOException {
    byte[] config = chip.config();
    if (config[LOCK_VALUE] == UNLOCKED) {
      throw new IOException(
          "The data of this chip are not locked, so nothing can be read again; provision it first.");
    }
    if (!layout().equals(CUSTOM)) {
      throw new IOException(
          "This is a "
              + layout()
              + " chip, which comes with its certificates; configure another"
              + " one as 'certificate' instead.");
    }
    List<X509Certificate> issued = CertificateFile.read(chain, "--store");
    try {
      Compression compressed =
          Compression.of(issued, ChipMemory.serial(config), chip.publicKey(slot));
      write(GENERAL_SLOT, compressed.general());
      write(SIGNER_KEY_SLOT, compressed.signerKey());
      write(SIGNER_SLOT, compressed.signer());
      write(DEVICE_SLOT, compressed.device());
    } catch (CertificateException e) {
      throw new IOException(e.getMessage(), e);
    }
    if (!chain(slot).equals(issued.subList(0, 2))) {
      throw new IOException(
          "The certificates were not written as they were meant; store them again.");
    }
  }

  private void write(int slot, byte[] bytes) throws IOException {
    for (int block = 0; block * BLOCK < bytes.length; block++) {
      chip.writeSlot(slot, block, Arrays.copyOfRange(bytes, block * BLOCK, (block + 1) * BLOCK));
    }
  }
}
