package io.sallyport.hw.atecc608a.simulator;

import io.sallyport.hw.atecc608a.packet.Wire;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One client's conversation in Microchip's kit protocol, line by line: targets, verbs and
 * arguments, which may be shortened and in any case, as the maker's own host takes them. Not
 * thread-safe.
 */
final class KitSession {
  private static final String SUCCESS = "00()";
  private static final String FAILED = "C0()";
  private static final String UNKNOWN = "C1()";
  private static final Pattern INTERFACE = Pattern.compile("e\\w*:p\\w*:i\\w*(:\\w*)?");
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final Wire wire;
  private final int address;

  KitSession(Wire wire, int address) {
    this.wire = wire;
    this.address = address;
  }

  /** Answers a line, without its end. */
  String answer(String line) {
    int open = line.indexOf('(');
    int close = line.lastIndexOf(')');
    if (open < 0) {
      // The one request that the maker's client sends without an argument.
      String verb = line.strip().toLowerCase(Locale.ROOT);
      return INTERFACE.matcher(verb).matches() ? SUCCESS : UNKNOWN;
    }
    if (close < open) {
      return UNKNOWN;
    }
    String[] path = line.substring(0, open).strip().toLowerCase(Locale.ROOT).split(":", -1);
    String argument = line.substring(open + 1, close).strip();
    if (path.length < 2 || path[0].isEmpty() || path[1].isEmpty()) {
      return UNKNOWN;
    }
    if ("board".startsWith(path[0])) {
      return board(path[1], argument);
    }
    return path[0].startsWith("e") ? element(path, argument) : UNKNOWN;
  }

  private String board(String verb, String argument) {
    if ("device".startsWith(verb)) {
      boolean first = argument.isEmpty() || argument.matches("0{1,2}");
      return first
          ? String.format(Locale.ROOT, "ECC608 TWI 00(%02X)", address)
          : "no_device none 00(00)";
    }
    return "version".startsWith(verb) || "firmware".startsWith(verb) ? "00(0100)" : UNKNOWN;
  }

  private String element(String[] path, String argument) {
    String verb = path[1];
    if ("physical".startsWith(verb)) {
      return path.length < 3 ? UNKNOWN : physical(path[2], argument);
    }
    try {
      if ("wake".startsWith(verb)) {
        return "00(" + HEX.formatHex(wire.wake()) + ")";
      }
      if ("idle".startsWith(verb)) {
        wire.idle();
        return SUCCESS;
      }
      if ("sleep".startsWith(verb)) {
        wire.sleep();
        return SUCCESS;
      }
      if ("talk".startsWith(verb)) {
        wire.send(HEX.parseHex(argument));
        return "00(" + HEX.formatHex(wire.receive()) + ")";
      }
      return UNKNOWN;
    } catch (IllegalArgumentException e) {
      return UNKNOWN; // No hexadecimal.
    } catch (IOException e) {
      return FAILED;
    }
  }

  private String physical(String verb, String argument) {
    if ("interface".startsWith(verb)) {
      return SUCCESS;
    }
    if (!"select".startsWith(verb)) {
      return UNKNOWN;
    }
    boolean ours =
        argument.length() == 2
            && Arrays.equals(
                argument.toUpperCase(Locale.ROOT).toCharArray(),
                String.format(Locale.ROOT, "%02X", address).toCharArray());
    return ours ? SUCCESS : FAILED;
  }
}
