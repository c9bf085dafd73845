package io.sallyport.tls.names;

import java.net.IDN;
import java.util.Locale;

/**
 * Compares a host's name with a name in a certificate (RFC 6125 section 6.4). Case does not matter;
 * a wildcard is the whole left-most label, stands for exactly one label, and needs at least two
 * labels behind it.
 */
public final class HostnameMatcher {
  private HostnameMatcher() {}

  /**
   * The name in A-labels, lower case and without a dot at its end; the name itself if it has none.
   */
  public static String normalize(String name) {
    String trimmed = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    try {
      return IDN.toASCII(trimmed, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return trimmed.toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Whether a certificate's name stands for the host.
   *
   * @param host from {@link #normalize}
   * @param presented as it is in the certificate
   */
  public static boolean matches(String host, String presented) {
    if (host.isEmpty() || presented.isEmpty() || presented.startsWith(".")) {
      return false;
    }
    if (!presented.startsWith("*.")) {
      return presented.indexOf('*') < 0 && normalize(presented).equals(host);
    }
    String suffix = normalize(presented.substring(2));
    if (suffix.indexOf('.') <= 0 || suffix.indexOf('*') >= 0) {
      return false;
    }
    int dot = host.indexOf('.');
    return dot > 0 && host.substring(dot + 1).equals(suffix);
  }
}
