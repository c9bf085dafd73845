package io.sallyport.gateway;

import io.sallyport.tls.PreSharedKey;
import io.sallyport.tls.TlsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads pre-shared keys from files: hexadecimal, for a server with "identity:" before each. The
 * bytes of a file are wiped after it was read.
 */
final class SecretFiles {
  private static final char COMMENT = '#';

  private final String route;

  SecretFiles(String route) {
    this.route = route;
  }

  /** The one key of a client. */
  PreSharedKey key(String setting, String identity, byte[] file) throws RouteException {
    try {
      byte[] key = decode(setting, "is", file, 0, file.length);
      try {
        return named(setting, "", identity, key);
      } finally {
        Arrays.fill(key, (byte) 0);
      }
    } finally {
      Arrays.fill(file, (byte) 0);
    }
  }

  /** The keys of a server, one in a line; empty lines and those that begin with # are skipped. */
  List<PreSharedKey> keysOf(String setting, byte[] file) throws RouteException {
    List<PreSharedKey> keys = new ArrayList<>();
    try {
      int line = 1;
      for (int start = 0; start < file.length; line++) {
        int end = start;
        while (end < file.length && file[end] != '\n') {
          end++;
        }
        if (!isBlank(file, start, end) && file[start] != COMMENT) {
          keys.add(keyOfLine(setting, line, file, start, end));
        }
        start = end + 1;
      }
    } finally {
      Arrays.fill(file, (byte) 0);
    }
    if (keys.isEmpty()) {
      throw wrong(setting, "has no key; write lines such as gateway-1:0123456789abcdef…");
    }
    return keys;
  }

  private PreSharedKey keyOfLine(String setting, int line, byte[] file, int start, int end)
      throws RouteException {
    int colon = end;
    do {
      colon--; // The last one: an identity may have colons, a key has none.
    } while (colon >= start && file[colon] != ':');
    if (colon < start) {
      throw wrong(
          setting, "has no colon in line " + line + "; write identity:key, the key as hexadecimal");
    }
    // Not named before the rest is a key: who mixed the two up must not find the key in a log.
    byte[] key = decode(setting, "has a key in line " + line + " that is", file, colon + 1, end);
    try {
      String identity =
          new String(file, start, colon - start, java.nio.charset.StandardCharsets.UTF_8).strip();
      return named(setting, "line " + line + ": ", identity, key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * Reads hexadecimal digits; white space is passed over.
   *
   * @return the key, which the caller wipes
   */
  private byte[] decode(String setting, String what, byte[] file, int start, int end)
      throws RouteException {
    byte[] key = new byte[(end - start + 1) / 2];
    try {
      int digits = 0;
      for (int i = start; i < end; i++) {
        if (!Character.isWhitespace(file[i])) {
          int digit = Character.digit(file[i], 16);
          if (digit < 0) {
            throw wrong(setting, what + " not written in hexadecimal digits");
          }
          key[digits / 2] = (byte) (key[digits / 2] << 4 | digit);
          digits++;
        }
      }
      if (digits % 2 != 0) {
        throw wrong(setting, what + " not written in pairs of hexadecimal digits");
      }
      return Arrays.copyOf(key, digits / 2);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private PreSharedKey named(String setting, String where, String identity, byte[] key)
      throws RouteException {
    try {
      return PreSharedKey.of(identity, key);
    } catch (TlsException e) {
      throw RouteException.lasting(
          "Route " + route + ": '" + setting + "': " + where + e.getMessage(), e);
    }
  }

  private static boolean isBlank(byte[] file, int start, int end) {
    for (int i = start; i < end; i++) {
      if (!Character.isWhitespace(file[i])) {
        return false;
      }
    }
    return true;
  }

  private RouteException wrong(String setting, String what) {
    return RouteException.lasting("Route " + route + ": '" + setting + "' " + what + ".");
  }
}
