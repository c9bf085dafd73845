package io.sallyport.core.connection;

import java.io.Closeable;
import java.io.IOException;

/** Closes what is of no use any more. */
final class Quiet {
  private Quiet() {}

  static void close(Closeable resource) {
    try {
      resource.close();
    } catch (IOException e) {
      // Nothing can be done about it, and nobody waits for it.
    }
  }
}
