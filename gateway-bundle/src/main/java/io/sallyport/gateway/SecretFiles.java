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
      return key(setting, identity, file, 0, file.length);
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
    int colon = start;
    while (colon < end && file[colon] != ':') {
      colon++;
    }
    if (colon == end) {
      throw wrong(
          setting, "has no colon in line " + line + "; write identity:key, the key as hexadecimal");
    }
    String identity =
        new String(file, start, colon - start, java.nio.charset.StandardCharsets.UTF_8).strip();
    return key(setting, identity, file, colon + 1, end);
  }

  private PreSharedKey key(String setting, String identity, byte[] file, int start, int end)
      throws RouteException {
    byte[] key = new byte[(end - start) / 2];
    int digits = 0;
    try {
      for (int i = start; i < end; i++) {
        if (!Character.isWhitespace(file[i])) {
          int digit = Character.digit(file[i], 16);
          if (digit < 0) {
            throw wrong(
                setting, "has a key for '" + identity + "' that is not written in hexadecimal");
          }
          key[digits / 2] = (byte) (key[digits / 2] << 4 | digit);
          digits++;
        }
      }
      if (digits % 2 != 0) {
        throw wrong(
            setting, "has a key for '" + identity + "' with an odd number of hexadecimal digits");
      }
      byte[] exact = Arrays.copyOf(key, digits / 2);
      try {
        return PreSharedKey.of(identity, exact);
      } finally {
        Arrays.fill(exact, (byte) 0);
      }
    } catch (TlsException e) {
      throw RouteException.lasting("Route " + route + ": '" + setting + "': " + e.getMessage(), e);
    } finally {
      Arrays.fill(key, (byte) 0);
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
