package io.sallyport.hw.atecc608a;

import io.sallyport.hw.atecc608a.certificate.Chain;
import io.sallyport.hw.atecc608a.certificate.Memory;
import io.sallyport.hw.atecc608a.driver.Atecc608;
import io.sallyport.hw.atecc608a.driver.ChipException;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/** Reads from a chip what its certificates are made of. */
final class ChipMemory {
  private static final int COMPRESSED = 72;
  private static final int SMALL = 36;
  private static final int GENERAL = 416;

  private ChipMemory() {}

  /** The chip's serial number, 9 bytes, in two parts of the configuration. */
  static byte[] serial(byte[] config) {
    byte[] serial = new byte[9];
    System.arraycopy(config, 0, serial, 0, 4);
    System.arraycopy(config, 8, serial, 4, 5);
    return serial;
  }

  /**
   * The chip's own certificates for a slot's key.
   *
   * @return device, signer; nothing when it has none
   * @throws CertificateException when they cannot be rebuilt, or do not verify
   */
  static List<X509Certificate> chain(Atecc608 chip, byte[] config, byte[] point)
      throws IOException, CertificateException {
    byte[] device = readable(chip, 10, COMPRESSED);
    if (device.length == 0) {
      return List.of();
    }
    return Chain.rebuild(
        new Memory(
            serial(config),
            chip.otp(),
            point,
            readable(chip, 5, SMALL),
            readable(chip, 8, GENERAL),
            device,
            readable(chip, 11, COMPRESSED),
            readable(chip, 12, COMPRESSED)));
  }

  /** Nothing where the chip refuses: a secret, or the data are not locked yet. */
  private static byte[] readable(Atecc608 chip, int slot, int length) throws IOException {
    try {
      return chip.slot(slot, length);
    } catch (ChipException e) {
      return new byte[0];
    }
  }
}
