package io.sallyport.stack.bouncycastle;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Bouncy Castle logs a pair of lines for each connection. What they say is in the errors of this
 * platform already, so only severe ones remain while the stack is there, unless an operator has set
 * a level.
 */
final class QuietLogging implements AutoCloseable {
  /** Kept, because the log manager holds loggers weakly and would forget the level. */
  private final Logger logger = Logger.getLogger("org.bouncycastle.jsse");

  private final boolean ours;

  QuietLogging() {
    ours = logger.getLevel() == null;
    if (ours) {
      logger.setLevel(Level.SEVERE);
    }
  }

  @Override
  public void close() {
    if (ours) {
      logger.setLevel(null);
    }
  }
}
