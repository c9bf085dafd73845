package io.sallyport.launcher.connect;

import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import java.util.Arrays;

/** A secret that a file has in hexadecimal. */
public final class HexFile {
  private HexFile() {}

  /**
   * Reads it.
   *
   * @param name of the file, for messages
   * @param content of the file; wiped
   * @return the bytes, which the caller wipes
   */
  public static byte[] decode(String name, byte[] content) throws LauncherException {
    byte[] bytes = new byte[content.length / 2 + 1];
    try {
      int digits = 0;
      for (byte c : content) {
        if (!Character.isWhitespace(c)) {
          int digit = Character.digit(c, 16);
          if (digit < 0) {
            throw new LauncherException(
                ExitCode.CONFIGURATION,
                "'" + name + "' is not hexadecimal; make one with: openssl rand -hex 32");
          }
          bytes[digits / 2] = (byte) (bytes[digits / 2] << 4 | digit);
          digits++;
        }
      }
      if (digits % 2 != 0) {
        throw new LauncherException(
            ExitCode.CONFIGURATION, "'" + name + "' has an odd number of hexadecimal digits.");
      }
      return Arrays.copyOf(bytes, digits / 2);
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(content, (byte) 0);
    }
  }
}
