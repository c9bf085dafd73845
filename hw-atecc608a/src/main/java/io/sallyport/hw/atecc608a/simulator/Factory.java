package io.sallyport.hw.atecc608a.simulator;

import io.sallyport.hw.atecc608a.certificate.Memory;
import io.sallyport.hw.atecc608a.certificate.SimulatedIssuer;
import io.sallyport.hw.atecc608a.packet.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Makes new chips. The configuration is that of a Trust&amp;GO part whose dump was published, with
 * a serial number of its own; of the other layouts what is known to differ. What comes with
 * certificates gets a root and a signer of its own, whose private keys nobody keeps.
 */
final class Factory {
  private static final int SIGNER_IDS = 1 << 16;

  private final SecureRandom random = new SecureRandom();
  private final Curve curve = new Curve();

  /**
   * A new chip.
   *
   * @param zones its memory
   * @param root who its certificates come from; empty when it has none
   */
  record Made(Zones zones, Optional<X509Certificate> root) {}

  Zones make(Layout layout) {
    return manufacture(layout).zones();
  }

  Made manufacture(Layout layout) {
    Zones zones = new Zones();
    System.arraycopy(PublishedConfig.bytes(), 0, zones.config, 0, Zones.CONFIG);
    byte[] serial = new byte[6];
    random.nextBytes(serial);
    System.arraycopy(serial, 0, zones.config, 2, 2);
    System.arraycopy(serial, 2, zones.config, 8, 4);
    zones.config[16] = (byte) layout.address();
    byte[] code = layout.code();
    System.arraycopy(code, 0, zones.otp, 0, code.length);
    if (layout == Layout.TRUSTCUSTOM) {
      zones.config[86] = 0x55;
      zones.config[87] = 0x55;
      zones.config[88] = (byte) 0xFF;
      zones.config[89] = (byte) 0xFF;
      return new Made(zones, Optional.empty());
    }
    if (layout == Layout.TRUSTFLEX) {
      PublishedConfig.flex(zones.config);
    } else {
      PublishedConfig.readableAddress(zones.config);
    }
    for (int slot = 0; slot <= 4; slot++) {
      zones.privateKey(slot, curve.generate()[0]);
    }
    if (layout == Layout.TRUST_AND_GO) {
      byte[] mac =
          HexFormat.of().withUpperCase().formatHex(serial).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(mac, 0, zones.slots[5], 0, mac.length);
    }
    try {
      return new Made(zones, Optional.of(certify(zones)));
    } catch (CertificateException e) {
      throw new IllegalStateException("The simulated issuer made a certificate that is none.", e);
    }
  }

  private X509Certificate certify(Zones zones) throws CertificateException {
    byte[][] root = curve.generate();
    byte[][] signer = curve.generate();
    SimulatedIssuer issuer =
        new SimulatedIssuer(
            LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.HOURS),
            random.nextInt(SIGNER_IDS));
    SimulatedIssuer.mark(zones.otp, root[1]);
    zones.publicKey(11, signer[1]);
    Memory chip =
        new Memory(
            zones.serial(),
            zones.otp,
            curve.publicKey(zones.privateKey(0)),
            zones.slots[5],
            zones.slots[8],
            zones.slots[10],
            zones.slots[11],
            zones.slots[12]);
    SimulatedIssuer.Signer byRoot = content -> curve.sign(root[0], Sha256.of(content));
    SimulatedIssuer.Signer bySigner = content -> curve.sign(signer[0], Sha256.of(content));
    zones.write(12, issuer.signer(chip, byRoot));
    zones.write(10, issuer.device(chip, bySigner));
    X509Certificate certificate = issuer.root(chip, root[1], byRoot);
    Arrays.fill(root[0], (byte) 0);
    Arrays.fill(signer[0], (byte) 0);
    return certificate;
  }
}
