package io.sallyport.gateway.relay;

/**
 * Words for what was thrown. What comes from a stack may be of any class, also of one that fails to
 * describe itself: then its class's name has to do.
 */
final class Thrown {
  private Thrown() {}

  /** As {@link Throwable#toString}; never throws. */
  static String text(Throwable thrown) {
    try {
      return thrown.toString();
    } catch (Throwable e) {
      return thrown.getClass().getName();
    }
  }

  /** The message, or the class where there is none; never throws. */
  static String reason(Throwable thrown) {
    try {
      String message = thrown.getMessage();
      return message == null ? thrown.getClass().getSimpleName() : message;
    } catch (Throwable e) {
      return thrown.getClass().getName();
    }
  }
}
