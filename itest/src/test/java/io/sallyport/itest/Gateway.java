package io.sallyport.itest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The distribution, running as an operator would run it, and what it says. */
final class Gateway implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofSeconds(20);

  private final Path folder;
  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread reader;

  private Gateway(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
    this.reader = new Thread(this::read, "gateway-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts it with this configuration file and waits until it says that it is ready. */
  static Gateway run(String configuration) throws Exception {
    return ready(start(folder(configuration)));
  }

  /** The same with its shell, for {@link #type}. */
  static Gateway runWithShell(String configuration) throws Exception {
    Path folder = folder(configuration);
    return ready(new Gateway(folder, builder(folder, "--shell").start()));
  }

  private static Path folder(String configuration) throws IOException {
    Path folder = Files.createTempDirectory(Files.createDirectories(Settings.work()), "gateway");
    write(folder, configuration);
    return folder;
  }

  private static Gateway ready(Gateway gateway) throws Exception {
    String ready = gateway.await("Sallyport is ready: ");
    if (!ready.contains(", stack ")) {
      gateway.close();
      throw new AssertionError("It says so without a stack: " + ready);
    }
    return gateway;
  }

  /** Starts it with a folder that may be wrong. */
  static Gateway start(Path folder) throws IOException {
    ProcessBuilder builder = builder(folder);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    return new Gateway(folder, builder.start());
  }

  private static ProcessBuilder builder(Path folder, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Settings.distribution().resolve("bin/sallyport").toString());
    command.add("run");
    command.add(folder.toString());
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }

  /** Types a command into the shell; what it answers is among the lines that are said. */
  void type(String command) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write((command + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  /** Exchanges the configuration in one step, as a careful operator does. */
  static void write(Path folder, String configuration) throws IOException {
    Path fresh = folder.resolve("gateway.json.new");
    Files.writeString(fresh, configuration);
    Files.move(
        fresh,
        folder.resolve("gateway.json"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      reader.lines().forEach(lines::add);
    } catch (IOException | java.io.UncheckedIOException e) {
      // Its output ends with it.
    }
  }

  void configure(String configuration) throws IOException {
    write(folder, configuration);
  }

  Path folder() {
    return folder;
  }

  /** Waits for a line that holds all of these parts. */
  String await(String... parts) throws Exception {
    return awaitAfter(0, parts);
  }

  /** The same among lines that come after so many others. */
  String awaitAfter(int known, String... parts) throws Exception {
    try {
      Await.until(
          "a line with " + List.of(parts),
          START,
          () -> since(known).anyMatch(line -> LogLines.holds(line, parts)));
    } catch (AssertionError e) {
      throw new AssertionError(
          e.getMessage() + "; it said:\n" + String.join("\n", since(known).toList()), e);
    }
    return since(known).filter(line -> LogLines.holds(line, parts)).findFirst().orElseThrow();
  }

  /** How many lines there are. */
  int said() {
    return lines.size();
  }

  Stream<String> since(int known) {
    return List.copyOf(lines).stream().skip(known);
  }

  /** The port that a route listens on, from what it said last. */
  int port(String route) throws Exception {
    String line = await("Route " + route + " listens on ");
    return Integer.parseInt(line.replaceAll(".* listens on [^ ]*:(\\d+) .*", "$1"));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Open file descriptors of the process. */
  long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
      return open.count();
    }
  }

  /** Resident memory of the process, in KiB. */
  long residentKib() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  /** Ends it by SIGTERM; its exit code. */
  int terminate() throws Exception {
    process.destroy();
    return awaitExit();
  }

  int awaitExit() throws Exception {
    if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("It did not end; it said:\n" + String.join("\n", lines));
    }
    reader.join(END.toMillis());
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
