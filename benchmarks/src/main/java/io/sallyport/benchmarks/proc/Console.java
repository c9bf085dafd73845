package io.sallyport.benchmarks.proc;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program that takes commands as lines and answers each with one line; its errors go to a file.
 * Confined to one thread.
 */
public final class Console {

  private static final String END = "end of output";

  private final Process process;
  private final Path log;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private Console(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a program.
   *
   * @param environment variables to set on top of our own
   */
  public static Console start(
      Children children, List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    Console console = new Console(children.startTalking(command, environment, log), log);
    Thread reader = new Thread(console::read, "console");
    reader.setDaemon(true);
    reader.start();
    return console;
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      lines.lines().forEach(answers::add);
    } catch (IOException | UncheckedIOException e) {
      // Its output ends with it.
    }
    answers.add(END);
  }

  /** The process itself. */
  public Process process() {
    return process;
  }

  /**
   * Sends a command and returns the first line that comes after it; those that came before are
   * dropped.
   *
   * @throws IllegalStateException if there is none in time
   */
  public String ask(String command, Duration deadline) throws InterruptedException {
    answers.clear();
    try {
      OutputStream in = process.getOutputStream();
      in.write((command + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
    } catch (IOException e) {
      throw new IllegalStateException("The program has ended; see " + log, e);
    }
    String answer = answers.poll(deadline.toMillis(), TimeUnit.MILLISECONDS);
    if (answer == null || answer.equals(END)) {
      throw new IllegalStateException(
          "No answer to '" + command + "' within " + deadline + "; see " + log);
    }
    return answer;
  }
}
