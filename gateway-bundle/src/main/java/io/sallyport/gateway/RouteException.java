package io.sallyport.gateway;

import org.jspecify.annotations.Nullable;

/** A route cannot work as it is configured; the message is one sentence that says what to do. */
final class RouteException extends Exception {
  private static final long serialVersionUID = 1L;

  private enum Kind {
    LASTING,
    PASSING,
    ABSENT
  }

  private final Kind kind;

  private RouteException(String message, Kind kind, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** An error that stays until the configuration changes. */
  static RouteException lasting(String message) {
    return new RouteException(message, Kind.LASTING, null);
  }

  /** As {@link #lasting(String)}, with its cause. */
  static RouteException lasting(String message, Throwable cause) {
    return new RouteException(message, Kind.LASTING, cause);
  }

  /** An error that may pass by itself, such as a port that is still in use. */
  static RouteException passing(String message, Throwable cause) {
    return new RouteException(message, Kind.PASSING, cause);
  }

  /** Something is not there that may be plugged in at any time. */
  static RouteException absent(String message, Throwable cause) {
    return new RouteException(message, Kind.ABSENT, cause);
  }

  /** Whether trying again later makes sense. */
  boolean isPassing() {
    return kind != Kind.LASTING;
  }

  /** Whether trying again makes sense however often it failed. */
  boolean isAbsence() {
    return kind == Kind.ABSENT;
  }
}
