package io.sallyport.launcher.demo;

import io.sallyport.launcher.report.Terminal;
import io.sallyport.tls.key.KeyHealth;
import io.sallyport.tls.stack.SwapResult;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes what happens, as it happens. Thread-safe. */
final class Show {
  private static final String BOLD = "\u001b[1m";
  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[31m";
  private static final String CYAN = "\u001b[36m";
  private static final String PLAIN = "\u001b[0m";
  private static final double MEGA = 1e6;

  private final Terminal terminal;
  private final PrintStream out;

  Show(Terminal terminal) {
    this.terminal = terminal;
    this.out = terminal.out();
  }

  void title() {
    line(BOLD, "Sallyport: a download runs while the TLS stack under it is exchanged.");
    line("");
  }

  void setUp(
      int port,
      int backendPort,
      DemoCertificates certificates,
      Optional<String> key,
      long rate,
      int visits,
      String stacks) {
    row(
        "gateway",
        "TLS 127.0.0.1:" + port + " " + terminal.arrow() + " plain 127.0.0.1:" + backendPort);
    key.ifPresent(words -> row("key", words + "; clients must show a certificate, too"));
    row("stacks", stacks);
    row(
        "clients",
        "one long download, at most "
            + rate / 1_000_000
            + " MB/s, and "
            + visits
            + " new connections a second");
    String own =
        key.isEmpty()
            ? ""
            : " --cert " + certificates.clientFile() + " --key " + certificates.clientKeyFile();
    row(
        "join in",
        "curl --cacert " + certificates.authorityFile() + own + " https://localhost:" + port + "/");
    line("");
    line(BOLD, "     time  stack         handshakes/s   MB/s  failures");
  }

  void second(double time, String stack, double handshakes, double bytes, long failures) {
    line(
        failures == 0 ? "" : RED,
        format(
            "  %5.1f s  %-12s  %12.0f  %5.1f  %8d",
            time, stack, handshakes, bytes / MEGA, failures));
  }

  void swap(double time, SwapResult result) {
    line(
        CYAN,
        format(
            "  %5.1f s  swap %s %s %s: proved in %d ms, %d %s",
            time,
            result.from().orElse("nothing"),
            terminal.arrow(),
            result.to(),
            result.proof().toMillis(),
            result.draining(),
            result.draining() == 1 ? "connection drains" : "connections drain"));
  }

  void swapFailed(double time, String target, String reason) {
    line(RED, format("  %5.1f s  swap to %s failed: %s", time, target, reason));
  }

  void summary(
      Tally tally, List<SwapResult> swaps, Transfer transfer, Optional<KeyHealth> hardware) {
    line("");
    row("swaps", swapTimes(swaps));
    row("handshakes", tally.handshakes() + ": " + byStack(tally.handshakesByStack()));
    hardware.ifPresent(
        key ->
            row(
                "signatures",
                key.operations() + " made by the hardware, " + key.failures() + " failed"));
    row("download", transfer.words());
    line(tally.failures() == 0 ? GREEN : RED, format("  %-11s %d", "failures", tally.failures()));
    tally.reasons().forEach(reason -> line(RED, "              " + reason));
  }

  private static String swapTimes(List<SwapResult> swaps) {
    if (swaps.isEmpty()) {
      return "none";
    }
    return swaps.size()
        + ", proved in "
        + swaps.stream()
            .map(swap -> Long.toString(swap.proof().toMillis()))
            .collect(Collectors.joining(", "))
        + " ms";
  }

  private static String byStack(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private void row(String head, String text) {
    line(format("  %-11s %s", head, text));
  }

  private void line(String colour, String text) {
    line(terminal.colours() && !colour.isEmpty() ? colour + text + PLAIN : text);
  }

  private void line(String text) {
    out.println(text);
  }

  private static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }
}
