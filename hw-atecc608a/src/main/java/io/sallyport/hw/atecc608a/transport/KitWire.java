package io.sallyport.hw.atecc608a.transport;

import io.sallyport.hw.atecc608a.packet.Wire;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A chip behind Microchip's kit protocol. The kit waits for the chip, so it is never busy. */
public final class KitWire implements Wire {
  private static final Pattern ANSWER = Pattern.compile("([0-9A-Fa-f]{2,8})\\(([0-9A-Fa-f]*)\\)");
  private static final Pattern DEVICE =
      Pattern.compile("(\\S+) (\\S+) [0-9A-Fa-f]+\\(([0-9A-Fa-f]{2})\\)");
  private static final int DEVICES = 8;
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final KitLine line;
  private Optional<byte[]> sent = Optional.empty();

  private KitWire(KitLine line) {
    this.line = line;
  }

  /**
   * Finds the chip behind a line.
   *
   * @param address its address on the kit's bus, in eight bits; empty for the first ATECC608
   * @throws IOException when there is none; the line is closed then
   */
  static KitWire open(KitLine line, OptionalInt address) throws IOException {
    KitWire wire = new KitWire(line);
    boolean found = false;
    try {
      wire.select(address);
      found = true;
      return wire;
    } finally {
      if (!found) {
        line.close();
      }
    }
  }

  private void select(OptionalInt address) throws IOException {
    for (int device = 0; device < DEVICES; device++) {
      line.send(String.format(Locale.ROOT, "board:device(%02X)", device));
      Matcher answer = DEVICE.matcher(line.receive());
      if (!answer.matches()) {
        if (device > 0) {
          break; // An error's status: there are no more.
        }
        throw new IOException("The kit does not tell its devices; is it one of Microchip's?");
      }
      int found = Integer.parseInt(answer.group(3), 16);
      boolean wanted = address.isEmpty() || address.getAsInt() == found;
      if (answer.group(1).startsWith("ECC6") && wanted) {
        ask(String.format(Locale.ROOT, "E:physical:select(%02X)", found));
        return;
      }
      if (answer.group(1).startsWith("no_device")) {
        break;
      }
    }
    throw new IOException(
        "The kit has no ATECC608"
            + (address.isPresent()
                ? String.format(Locale.ROOT, " with the address %02X", address.getAsInt())
                : "")
            + "; connect one.");
  }

  private byte[] ask(String request) throws IOException {
    line.send(request);
    Matcher answer = ANSWER.matcher(line.receive());
    if (!answer.matches() || answer.group(2).length() % 2 != 0) {
      throw new IOException("The kit's answer is none of its protocol.");
    }
    if (Long.parseLong(answer.group(1), 16) != 0) {
      throw new IOException("The kit could not reach the chip (status " + answer.group(1) + ").");
    }
    return HEX.parseHex(answer.group(2));
  }

  @Override
  public byte[] wake() throws IOException {
    return ask("E:w()");
  }

  @Override
  public void idle() throws IOException {
    ask("E:i()");
  }

  @Override
  public void sleep() throws IOException {
    ask("E:s()");
  }

  /** The protocol has one verb for command and response. */
  @Override
  public void send(byte[] packet) {
    sent = Optional.of(packet.clone());
  }

  @Override
  public byte[] receive() throws IOException {
    byte[] packet = sent.orElseThrow(() -> new IOException("No command was sent."));
    return ask("E:t(" + HEX.formatHex(packet) + ")");
  }

  @Override
  public void close() {
    line.close();
  }
}
