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
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
  private Optional<Atecc608> chip = Optional.empty();

  /**
   * A device; nothing is opened yet.
   *
   * @param opener the way to the chip
   * @param defaultSlot whose key is the default one
   * @param certificate PEM file of that key's certificates; empty for none
   */
  public Atecc608aHardware(WireOpener opener, int defaultSlot, Optional<Path> certificate) {
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
          keys.add(slot == defaultSlot ? 0 : keys.size(), held(slot, key.get()));
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

  private HeldKey held(int slot, ECPublicKey key) throws TlsException {
    return new HeldKey.Ec(
        String.valueOf(slot),
        key,
        slot == defaultSlot ? certificates(key) : List.of(),
        List.of(),
        digest -> sign(slot, digest));
  }

  private List<X509Certificate> certificates(ECPublicKey key) throws TlsException {
    if (certificate.isEmpty()) {
      return List.of();
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

  /** The subjects of the default key's certificates, or why there are none. */
  String certificateText() {
    if (certificate.isEmpty()) {
      return "No certificate is configured; set 'certificate'.";
    }
    try {
      StringBuilder text = new StringBuilder();
      for (X509Certificate one : CertificateFile.read(certificate.get(), "certificate")) {
        text.append(one.getSubjectX500Principal().getName())
            .append(", until ")
            .append(one.getNotAfter().toInstant())
            .append('\n');
      }
      return text.toString();
    } catch (TlsException e) {
      return e.getMessage();
    }
  }

  @Override
  public void close() {
    chip.ifPresent(Atecc608::close);
    chip = Optional.empty();
  }
}
