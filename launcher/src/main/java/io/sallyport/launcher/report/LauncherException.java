package io.sallyport.launcher.report;

/** A command cannot go on. The message is one sentence: what was wrong, where, and what to do. */
public final class LauncherException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * An error without a cause.
   *
   * @param exitCode one of {@link ExitCode}
   * @param sentence for people
   */
  public LauncherException(int exitCode, String sentence) {
    super(sentence);
    this.exitCode = exitCode;
  }

  /**
   * An error with its cause, which is shown only where stack traces are asked for.
   *
   * @param exitCode one of {@link ExitCode}
   * @param sentence for people
   */
  public LauncherException(int exitCode, String sentence, Throwable cause) {
    super(sentence, cause);
    this.exitCode = exitCode;
  }

  /** What the process ends with. */
  public int exitCode() {
    return exitCode;
  }
}
