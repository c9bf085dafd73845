package io.sallyport.benchmarks.subject;

import java.io.IOException;
import java.nio.file.Path;

/** A TLS-terminating proxy that can be measured. */
public interface Subject {

  /** Name on the command line and in tables. */
  String name();

  /**
   * Starts one process of it; returns without waiting until it listens.
   *
   * @param directory empty folder for its configuration and log
   * @param port loopback port to listen on
   */
  Process start(Path directory, int port) throws IOException;

  /** Whether it runs on a Java virtual machine. */
  boolean java();
}
