package io.sallyport.gateway;

import org.jspecify.annotations.Nullable;

/** A route cannot work as it is configured; the message is one sentence that says what to do. */
final class RouteException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean passing;

  private RouteException(String message, boolean passing, @Nullable Throwable cause) {
    super(message, cause);
    this.passing = passing;
  }

  /** An error that stays until the configuration changes. */
  static RouteException lasting(String message) {
    return new RouteException(message, false, null);
  }

  /** As {@link #lasting(String)}, with its cause. */
  static RouteException lasting(String message, Throwable cause) {
    return new RouteException(message, false, cause);
  }

  /** An error that may pass by itself, such as a port that is still in use. */
  static RouteException passing(String message, Throwable cause) {
    return new RouteException(message, true, cause);
  }

  /** Whether trying again later makes sense. */
  boolean isPassing() {
    return passing;
  }
}
