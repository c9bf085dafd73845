package io.sallyport.launcher.report;

/** What the process ends with. {@code sallyport --help} shows this list. */
public final class ExitCode {
  /** All went well. */
  public static final int OK = 0;

  /** The work failed: a connection, a verification, a demo with failures. */
  public static final int FAILURE = 1;

  /** The command line was not understood. */
  public static final int USAGE = 2;

  /** A configuration, certificate or key file cannot be used. */
  public static final int CONFIGURATION = 3;

  /** The platform did not start: a broken distribution, no Java, no stack. */
  public static final int PLATFORM = 4;

  private ExitCode() {}
}
