package io.sallyport.launcher.command;

/** Ends things in order when the process is asked to end (Ctrl-C, SIGTERM). */
final class Shutdown {
  private Shutdown() {}

  /** Whether the process is being ended, so that what fails now fails because of that. */
  static boolean hasBegun() {
    Thread probe = new Thread();
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /**
   * Closes a resource on a signal; the process ends with 128 plus the signal's number afterwards.
   * Closing it before is fine: then there is nothing left to do.
   */
  static void closeOnSignal(AutoCloseable resource) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    resource.close();
                  } catch (Exception e) {
                    // The process ends; what could be closed is closed.
                  }
                },
                "sallyport-shutdown"));
  }
}
