package io.sallyport.hw.atecc608a;

import io.sallyport.hw.CertificateFile;
import io.sallyport.hw.DeviceLostException;
import io.sallyport.hw.HeldKey;
import io.sallyport.hw.KeyHardware;
import io.sallyport.hw.atecc608a.driver.Atecc608;
import io.sallyport.hw.atecc608a.driver.ChipException;
import io.sallyport.hw.atecc608a.driver.Delay;
import io.sallyport.hw.atecc608a.driver.Points;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The secure element as a provider's device: each slot whose private key may sign what comes from
 * outside is a key, named by its number.
 */
public final class Atecc608aHardware implements KeyHardware {
  private static final int SLOT_CONFIG = 20;
  private static final int KEY_CONFIG = 96;
  private static final int EXTERNAL_SIGNATURES = 1;

  /** Private, and on P-256. */
  private static final int PRIVATE_P256 = 0x11;

  private static final int PRIVATE_P256_MASK = 0x1D;

  private final WireOpener opener;
  private final int defaultSlot;
  private final Optional<Path> certificate;
  private final Consumer<String> warnings;
  private Optional<Atecc608> chip = Optional.empty();

  /**
   * A device; nothing is opened yet.
   *
   * @param opener the way to the chip
   * @param defaultSlot whose key is the default one
   * @param certificate PEM file of that key's certificates; empty for the chip's own
   */
  public Atecc608aHardware(WireOpener opener, int defaultSlot, Optional<Path> certificate) {
    this(opener, defaultSlot, certificate, sentence -> {});
  }

  /**
   * A device; nothing is opened yet.
   *
   * @param opener the way to the chip
   * @param defaultSlot whose key is the default one
   * @param certificate PEM file of that key's certificates; empty for the chip's own
   * @param warnings told, in a sentence, why the chip's own certificates are not used
   */
  public Atecc608aHardware(
      WireOpener opener, int defaultSlot, Optional<Path> certificate, Consumer<String> warnings) {
    this.warnings = warnings;
    this.opener = opener;
    this.defaultSlot = defaultSlot;
    this.certificate = certificate;
  }

  @Override
  public List<HeldKey> connect() throws IOException {
    Atecc608 opened = new Atecc608(opener.open(), Delay.REAL);
    chip = Optional.of(opened);
    byte[] config = opened.config();
    List<HeldKey> keys = new ArrayList<>();
    for (int slot = 0; slot < Atecc608.SLOTS; slot++) {
      if (signs(config, slot)) {
        Optional<ECPublicKey> key = publicKey(opened, slot);
        if (key.isPresent()) {
          List<X509Certificate> chain =
              slot == defaultSlot ? certificates(opened, config, key.get()) : List.of();
          keys.add(slot == defaultSlot ? 0 : keys.size(), held(slot, key.get(), chain));
        }
      }
    }
    if (keys.isEmpty() || !keys.get(0).id().equals(String.valueOf(defaultSlot))) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "Slot "
              + defaultSlot
              + " of the secure element holds no private key that signs; provision the chip, or"
              + " name another slot.");
    }
    return keys;
  }

  private static boolean signs(byte[] config, int slot) {
    int readKey = config[SLOT_CONFIG + 2 * slot] & 0xF;
    int key = config[KEY_CONFIG + 2 * slot] & PRIVATE_P256_MASK;
    return key == PRIVATE_P256 && (readKey & EXTERNAL_SIGNATURES) != 0;
  }

  /** Empty where no key has been made yet, or its public half may not be told. */
  private static Optional<ECPublicKey> publicKey(Atecc608 chip, int slot) throws IOException {
    try {
      return Optional.of(Points.key(chip.publicKey(slot)));
    } catch (ChipException e) {
      return Optional.empty();
    }
  }

  private HeldKey held(int slot, ECPublicKey key, List<X509Certificate> chain) {
    return new HeldKey.Ec(
        String.valueOf(slot), key, chain, List.of(), digest -> sign(slot, digest));
  }

  private List<X509Certificate> certificates(Atecc608 opened, byte[] config, ECPublicKey key)
      throws IOException {
    if (certificate.isEmpty()) {
      return own(opened, config, key);
    }
    List<X509Certificate> chain = CertificateFile.read(certificate.get(), "certificate");
    if (!CertificateFile.isFor(chain, key)) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The first certificate in "
              + certificate.get()
              + " is not for slot "
              + defaultSlot
              + " of the secure element; give the one that was issued for it.");
    }
    return chain;
  }

  /** A key without certificates is of use still: a route may bring its own. */
  private List<X509Certificate> own(Atecc608 opened, byte[] config, ECPublicKey key)
      throws IOException {
    try {
      return ChipMemory.chain(opened, config, Points.bytes(key));
    } catch (CertificateException e) {
      warnings.accept(String.valueOf(e.getMessage()));
      return List.of();
    }
  }

  private byte[] sign(int slot, byte[] digest) throws IOException {
    Atecc608 opened =
        chip.orElseThrow(() -> new DeviceLostException("The secure element is not connected."));
    try {
      return opened.sign(slot, digest);
    } catch (ChipException e) {
      throw new TlsException(TlsErrorCode.SE_FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  /** The chip for an operator's question; on the device's thread only. */
  Atecc608aTool tool() throws DeviceLostException {
    return new Atecc608aTool(
        chip.orElseThrow(() -> new DeviceLostException("The secure element is not connected.")));
  }

  /** The default key's certificates: those of the configuration, or the chip's own. */
  String certificateText() throws IOException {
    return certificate.isPresent()
        ? CertificateText.of(CertificateFile.read(certificate.get(), "certificate"))
        : tool().cert(defaultSlot);
  }

  @Override
  public void close() {
    chip.ifPresent(Atecc608::close);
    chip = Optional.empty();
  }
}
