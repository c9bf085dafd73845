package io.sallyport.core.registry;

/**
 * Says what was thrown; a broken stack, or a listener, may throw what cannot even be described.
 * Thread-safe; never throws.
 */
public final class Failures {
  /** A sentence for people needs no more. */
  private static final int MOST = 500;

  private Failures() {}

  /** Its class and message. */
  public static String describe(Throwable thrown) {
    try {
      return printable(thrown.toString());
    } catch (Throwable e) {
      return thrown.getClass().getName();
    }
  }

  /** Its message; its class where it has none. */
  static String message(Throwable thrown) {
    try {
      String text = thrown.getMessage();
      return text == null ? thrown.getClass().getSimpleName() : printable(text);
    } catch (Throwable e) {
      return thrown.getClass().getName();
    }
  }

  /** Nothing that could change what a terminal or a log shows. */
  private static String printable(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .limit(MOST)
        .map(point -> point == '\n' ? ' ' : Character.isISOControl(point) ? '?' : point)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
