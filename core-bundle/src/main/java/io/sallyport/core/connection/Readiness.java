package io.sallyport.core.connection;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Waits until a socket is ready; the selector is opened with the first wait. */
final class Readiness implements AutoCloseable {
  private volatile @Nullable Selector selector;
  private volatile boolean woken;

  /**
   * Waits.
   *
   * @param millis the most to wait, more than 0
   */
  void await(SocketChannel channel, int interest, long millis) throws IOException {
    Selector waiting = selector;
    if (waiting == null) {
      waiting = channel.provider().openSelector();
      selector = waiting;
    }
    SelectionKey key = channel.keyFor(waiting);
    if (key == null) {
      channel.register(waiting, interest);
    } else {
      key.interestOps(interest);
    }
    if (woken) { // It may have happened before there was a selector to wake.
      return;
    }
    waiting.select(millis);
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("the thread was interrupted");
    }
    waiting.selectedKeys().clear();
  }

  /** Lets a thread that waits go on, now and for ever. */
  void wakeUp() {
    woken = true;
    Selector waiting = selector;
    if (waiting != null) {
      waiting.wakeup();
    }
  }

  @Override
  public void close() {
    Selector waiting = selector;
    if (waiting != null) {
      Quiet.close(waiting);
    }
  }
}
