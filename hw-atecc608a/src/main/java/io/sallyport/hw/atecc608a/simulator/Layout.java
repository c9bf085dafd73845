package io.sallyport.hw.atecc608a.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** How a chip leaves its maker. */
public enum Layout {
  /** Trust&amp;GO: everything is locked, the keys are there. */
  TRUST_AND_GO(0x6A, "KQp2ZkD8"),
  /** TrustFLEX: the configuration is locked, most slots are open. */
  TRUSTFLEX(0x6C, "MKMwyhP1"),
  /** TrustCUSTOM: nothing is locked, no key is there. */
  TRUSTCUSTOM(0xC0, "");

  private final int address;
  private final String code;

  Layout(int address, String code) {
    this.address = address;
    this.code = code;
  }

  /** The address on the bus, in eight bits. */
  public int address() {
    return address;
  }

  /** What stands at the begin of the one-time programmable zone. */
  byte[] code() {
    return code.getBytes(StandardCharsets.US_ASCII);
  }

  /** The layout of this name, as {@link #toString} writes it. */
  public static Layout of(String name) {
    for (Layout layout : values()) {
      if (layout.toString().equals(name)) {
        return layout;
      }
    }
    throw new IllegalArgumentException(
        "There is no layout '" + name + "'; give trust-and-go, trustflex or trustcustom.");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
