package io.sallyport.launcher.demo;

import java.util.Locale;

/**
 * A stream as both its ends saw it.
 *
 * @param sent at the backend
 * @param received at the client
 */
record Transfer(StreamDigest.Passed sent, StreamDigest.Passed received) {
  /** Whether every byte arrived, in order and once. */
  boolean isExact() {
    return sent.equals(received);
  }

  /** For the summary. */
  String words() {
    String megabytes = String.format(Locale.ROOT, "%.1f MB", received.bytes() / 1e6);
    return isExact()
        ? megabytes + " over all swaps, every byte as sent (SHA-256 " + shortened(sent) + ")"
        : megabytes
            + " received of "
            + String.format(Locale.ROOT, "%.1f MB", sent.bytes() / 1e6)
            + " sent, SHA-256 "
            + shortened(received)
            + " instead of "
            + shortened(sent);
  }

  private static String shortened(StreamDigest.Passed passed) {
    return passed.sha256().substring(0, 16) + "…";
  }
}
