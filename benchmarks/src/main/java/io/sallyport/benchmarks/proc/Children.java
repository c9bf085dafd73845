package io.sallyport.benchmarks.proc;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The processes that a run has started. Whatever still lives when this is closed, or when the
 * virtual machine ends (also by Ctrl-C), is killed with its descendants. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nothing in the follow-up of onExit can fail
public final class Children implements AutoCloseable {

  private static final long TERM_SECONDS = 10;

  private final Set<Process> living = ConcurrentHashMap.newKeySet();
  private final Thread hook = new Thread(this::killAll, "kill-children");

  public Children() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts a process that reads nothing and writes both of its streams to a file.
   *
   * @param environment variables to set on top of our own
   */
  public Process startQuiet(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null")).redirectOutput(log.toFile());
    return start(builder, environment);
  }

  /**
   * Starts a process that talks with us by its standard streams and writes its errors to a file.
   */
  Process startTalking(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    return start(new ProcessBuilder(command).redirectError(log.toFile()), environment);
  }

  private Process start(ProcessBuilder builder, Map<String, String> environment)
      throws IOException {
    builder.environment().putAll(environment);
    Process process = builder.start();
    living.add(process);
    process.onExit().thenAccept(living::remove);
    return process;
  }

  /** Asks a process to end, waits some seconds for it, and kills what is left of it. */
  public static void stop(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(TERM_SECONDS, TimeUnit.SECONDS)) {
      kill(process);
      process.waitFor(TERM_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static void kill(Process process) {
    Stream.concat(process.descendants(), Stream.of(process.toHandle()))
        .toList()
        .forEach(ProcessHandle::destroyForcibly);
  }

  private void killAll() {
    living.forEach(Children::kill);
  }

  @Override
  public void close() {
    killAll();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
