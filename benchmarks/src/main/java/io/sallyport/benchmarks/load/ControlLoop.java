package io.sallyport.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Runs a helper process by lines on its standard streams: one command in, one line out, beginning
 * with {@code ok} or {@code error}. The end of the input ends the process, so that no helper
 * outlives the program that started it, however that ended.
 */
final class ControlLoop {

  /** Executes one command. */
  interface Commands {
    /** Returns what follows {@code ok}; any exception becomes an {@code error} line. */
    String execute(String command, List<String> arguments) throws Exception;
  }

  private final Commands commands;

  ControlLoop(Commands commands) {
    this.commands = commands;
  }

  /** Reads and executes commands until the input ends. */
  void run() throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(answer(line.trim()));
    }
  }

  private String answer(String line) {
    List<String> words = List.of(line.split(" +", -1));
    try {
      return ("ok " + commands.execute(words.get(0), words.subList(1, words.size()))).trim();
    } catch (Exception e) {
      e.printStackTrace();
      return "error " + e.toString().replace('\n', ' ');
    }
  }
}
