package io.sallyport.gateway.relay;

/** Where a route's sentences go. Thread-safe. */
public interface RouteLog {
  /** Something that went as it should. */
  void info(String sentence);

  /** Something that somebody should look at. */
  void warn(String sentence);

  /** Something for those who look closely. */
  void debug(String sentence);

  /** Whether anybody looks closely: otherwise a sentence need not be made. */
  boolean isDebugged();
}
