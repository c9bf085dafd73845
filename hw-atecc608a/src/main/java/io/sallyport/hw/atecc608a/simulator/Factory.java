package io.sallyport.hw.atecc608a.simulator;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Makes new chips. The configuration is that of a Trust&amp;GO part whose dump was published, with
 * a serial number of its own; of the other layouts what is known to differ.
 */
final class Factory {
  private final SecureRandom random = new SecureRandom();
  private final Curve curve = new Curve();

  Zones make(Layout layout) {
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
      return zones;
    }
    if (layout == Layout.TRUSTFLEX) {
      PublishedConfig.flex(zones.config);
    }
    for (int slot = 0; slot <= 4; slot++) {
      zones.privateKey(slot, curve.generate()[0]);
    }
    byte[] mac =
        HexFormat.of().withUpperCase().formatHex(serial).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(mac, 0, zones.slots[5], 0, mac.length);
    return zones;
  }
}
