package io.sallyport.benchmarks.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Hands out loopback ports that nobody listens on. They lie below the range from which Linux takes
 * the local ports of outgoing connections: a load makes so many of those that one of them could
 * take the port before its server does.
 */
final class FreePorts {

  private static final int FIRST = 21_000;
  private static final int LAST = 32_000;

  // Runs at the same time start at different places.
  private int candidate = FIRST + (int) (ProcessHandle.current().pid() % (LAST - FIRST));

  int next() throws IOException {
    for (int tries = FIRST; tries < LAST; tries++) {
      candidate = candidate == LAST ? FIRST : candidate + 1;
      if (free(candidate)) {
        return candidate;
      }
    }
    throw new IOException("No free loopback port between " + FIRST + " and " + LAST);
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
