package io.sallyport.benchmarks.proc;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One of our own Java classes as a process of its own that is driven by lines: a command in, one
 * answer out. Confined to one thread.
 */
public final class Helper {

  private static final Duration START_DEADLINE = Duration.ofSeconds(30);
  private static final String END = "end of output";

  private final String name;
  private final Process process;
  private final Path log;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private Helper(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts the class with our own class path.
   *
   * @param javaOptions options of its virtual machine
   * @param directory where its log goes
   */
  public static Helper start(
      Children children, Class<?> main, List<String> javaOptions, Path java, Path directory)
      throws IOException {
    String name = main.getSimpleName();
    Path log = directory.resolve(name + ".log");
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    Helper helper = new Helper(name, children.startTalking(command, Map.of(), log), log);
    Thread reader = new Thread(helper::readAnswers, name + "-answers");
    reader.setDaemon(true);
    reader.start();
    return helper;
  }

  private void readAnswers() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      lines.lines().forEach(answers::add);
    } catch (IOException | UncheckedIOException e) {
      answers.add("error " + e);
    }
    answers.add(END);
  }

  /**
   * Waits for the line that the process prints when it is ready, and returns what follows {@code
   * ok}.
   */
  public String awaitReady() throws InterruptedException {
    return answer("start", START_DEADLINE);
  }

  /**
   * Sends a command and returns what follows {@code ok} in its answer.
   *
   * @throws IllegalStateException if the answer is an error, or late, or the process has ended
   */
  public String ask(String command, Duration deadline) throws InterruptedException {
    try {
      OutputStream out = process.getOutputStream();
      out.write((command + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException("The process " + name + " has ended; see " + log, e);
    }
    return answer(command, deadline);
  }

  private String answer(String command, Duration deadline) throws InterruptedException {
    String answer = answers.poll(deadline.toMillis(), TimeUnit.MILLISECONDS);
    if (answer == null) {
      throw new IllegalStateException(
          name + " did not answer '" + command + "' within " + deadline + "; see " + log);
    }
    if (!answer.startsWith("ok")) {
      throw new IllegalStateException(
          name + " answered '" + command + "' with: " + answer + "; see " + log);
    }
    return answer.substring(2).trim();
  }
}
