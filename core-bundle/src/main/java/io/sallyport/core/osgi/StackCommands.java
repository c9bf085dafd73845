package io.sallyport.core.osgi;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.ConnectionDTO;
import io.sallyport.tls.stack.HandshakesDTO;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.StackEvent;
import io.sallyport.tls.stack.StagedSwap;
import io.sallyport.tls.stack.SwapOptions;
import io.sallyport.tls.stack.SwapResult;
import io.sallyport.tls.stack.TlsStacks;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The shell's {@code tls:} commands for stacks and connections. Knows nothing of the shell. */
@Component(
    service = StackCommands.class,
    property = {
      "osgi.command.scope=tls",
      "osgi.command.function=stacks",
      "osgi.command.function=swap",
      "osgi.command.function=prepare",
      "osgi.command.function=trial",
      "osgi.command.function=commit",
      "osgi.command.function=abort",
      "osgi.command.function=staged",
      "osgi.command.function=readmit",
      "osgi.command.function=events",
      "osgi.command.function=connections"
    })
public final class StackCommands {
  private static final int DEFAULT_LIMIT = 50;
  private static final int DEFAULT_EVENTS = 20;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

  private final TlsStacks stacks;

  /** Works on the platform's stacks. */
  @Activate
  public StackCommands(@Reference TlsStacks stacks) {
    this.stacks = stacks;
  }

  /** {@code tls:stacks}: every candidate and where it stands. */
  public String stacks() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "STACK",
            "VERSION",
            "RANK",
            "STATE",
            "GENERATION",
            "CONNECTIONS",
            "DRAINING",
            "HANDSHAKES",
            "FAILED",
            "FOR",
            "REASON"));
    for (StackDTO stack : stacks.candidates()) {
      rows.add(
          List.of(
              stack.name(),
              stack.libraryVersion(),
              Integer.toString(stack.ranking()),
              stack.state().name(),
              stack.generation() == 0 ? "-" : Long.toString(stack.generation()),
              Integer.toString(stack.connections()),
              Integer.toString(stack.draining()),
              Long.toString(stack.handshakes().done()),
              Long.toString(stack.handshakes().failed() + stack.handshakes().faults()),
              since(stack.since()),
              stack.reason()));
    }
    return Table.format(rows);
  }

  /** {@code tls:swap NAME}: proves another stack and makes it the active one. */
  public String swap(String target) {
    return swap(target, new String[0]);
  }

  /**
   * {@code tls:swap NAME [drain=SECONDS] [accept-losses]}: with another drain deadline, and with
   * losses accepted.
   */
  public String swap(String target, String... options) {
    return answer("Not swapped", () -> describe(stacks.swap(target, options(options))));
  }

  /** {@code tls:prepare NAME [drain=SECONDS] [accept-losses]}: proves a stack for a commit. */
  public String prepare(String target, String... options) {
    return answer("Not prepared", () -> describe(stacks.prepare(target, options(options))));
  }

  /**
   * {@code tls:trial NAME PERCENT [by-rule] [drain=SECONDS] [accept-losses]}: proves a stack and
   * gives it a share of the new connections.
   */
  public String trial(String target, int percent, String... options) {
    return answer("No trial", () -> describe(stacks.trial(target, percent, options(options))));
  }

  /** {@code tls:commit}: makes what is prepared or on trial the active stack. */
  public String commit() {
    return answer("Not committed", () -> describe(stacks.commit()));
  }

  /** {@code tls:abort}: gives up what is prepared or on trial. */
  public String abort() {
    return answer(
        "Not aborted",
        () -> {
          String name = stacks.staged().map(StagedSwap::to).orElse("");
          stacks.abort();
          return "Aborted: " + name + " is not going to be active.";
        });
  }

  /** {@code tls:staged}: what is prepared or on trial, and how it does. */
  public String staged() {
    Optional<StagedSwap> staged = stacks.staged();
    return staged.isEmpty()
        ? "Nothing is prepared and nothing is on trial."
        : describe(staged.get()) + (staged.get().percent() > 0 ? "\n" + comparison() : "");
  }

  /** {@code tls:readmit NAME}: ends the quarantine of a stack. */
  public String readmit(String name) {
    return answer(
        "Not readmitted",
        () -> {
          stacks.readmit(name);
          return name + " may be selected again.";
        });
  }

  /** {@code tls:events}: what happened last. */
  public String events() {
    return events(DEFAULT_EVENTS);
  }

  /** {@code tls:events N}: the newest N events. */
  public String events(int limit) {
    StringBuilder text = new StringBuilder();
    for (StackEvent event : stacks.events(limit)) {
      text.append(TIME.format(Instant.ofEpochMilli(event.time())))
          .append("  ")
          .append(event.type())
          .append("  ")
          .append(event.sentence())
          .append('\n');
    }
    return text.length() == 0 ? "Nothing has happened yet." : text.toString();
  }

  private interface Work {
    String perform() throws TlsException;
  }

  private static String answer(String failed, Work work) {
    try {
      return work.perform();
    } catch (TlsException e) {
      return failed + ": " + e.getMessage() + " [" + e.code() + "]";
    }
  }

  private static SwapOptions options(String... words) throws TlsException {
    SwapOptions options = SwapOptions.DEFAULT;
    for (String word : words) {
      if (word.equals("accept-losses")) {
        options = options.acceptingLosses();
      } else if (word.equals("by-rule")) {
        options = options.committedByRule();
      } else if (word.matches("drain=[0-9]{1,6}")) {
        options =
            options.withDrainDeadline(
                Duration.ofSeconds(Long.parseLong(word.substring("drain=".length()))));
      } else {
        throw new TlsException(
            TlsErrorCode.INVALID_ARG,
            "'"
                + word
                + "' is not understood; there are drain=SECONDS, accept-losses, and for a trial"
                + " by-rule.");
      }
    }
    return options;
  }

  private static String describe(SwapResult result) {
    return result
            .from()
            .filter(from -> !from.equals(result.to()))
            .map(from -> from + " → " + result.to())
            .orElse(result.to() + " is active")
        + ", generation "
        + result.generation()
        + ", proved in "
        + result.proof().toMillis()
        + " ms, "
        + result.draining()
        + (result.draining() == 1 ? " connection drains." : " connections drain.");
  }

  private static String describe(StagedSwap staged) {
    StringBuilder text = new StringBuilder();
    text.append(staged.from().map(from -> from + " → ").orElse(""))
        .append(staged.to())
        .append(": proved with ")
        .append(staged.configurations())
        .append(staged.configurations() == 1 ? " configuration" : " configurations")
        .append(" in ")
        .append(staged.proof().toMillis())
        .append(" ms; ");
    if (staged.percent() > 0) {
      text.append("on trial with ").append(staged.percent()).append(" % of new connections; ");
    }
    if (staged.losses().isEmpty()) {
      text.append("nothing that is in use would be lost.");
    } else {
      text.append("would be lost:");
      staged.losses().forEach(loss -> text.append("\n  ").append(loss.sentence()));
    }
    return text.append("\ntls:commit or tls:abort.").toString();
  }

  private String comparison() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("STACK", "STATE", "DONE", "FAILED", "BY PEER", "FAULTS", "MEDIAN", "P99"));
    for (StackDTO stack : stacks.candidates()) {
      if (stack.state() == CandidateState.ACTIVE || stack.state() == CandidateState.TRIAL) {
        HandshakesDTO done = stack.handshakes();
        rows.add(
            List.of(
                stack.name(),
                stack.state().name(),
                Long.toString(done.done()),
                Long.toString(done.failed()),
                Long.toString(done.byPeer()),
                Long.toString(done.faults()),
                millis(done.median()),
                millis(done.p99())));
      }
    }
    return Table.format(rows);
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
  }

  /** {@code tls:connections}: the oldest open connections. */
  public String connections() {
    return connections(DEFAULT_LIMIT);
  }

  /** {@code tls:connections N}: the N oldest open connections. */
  public String connections(int limit) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "ID",
            "ROLE",
            "PEER",
            "USED BY",
            "STACK",
            "GENERATION",
            "KEY",
            "PROTOCOL",
            "SUITE",
            "GROUP",
            "FOR"));
    for (ConnectionDTO connection : stacks.connections(limit)) {
      rows.add(
          List.of(
              Long.toString(connection.id()),
              connection.role().name().toLowerCase(Locale.ROOT),
              connection.peer().toString(),
              connection.usedBy().isEmpty() ? "-" : connection.usedBy(),
              connection.provenance().stack() + " " + connection.provenance().libraryVersion(),
              Long.toString(connection.provenance().generation()),
              connection.provenance().keyLocation(),
              connection.session().version().wireVersion() == 0
                  ? "-"
                  : connection.session().version().protocol(),
              connection.session().cipherSuite().map(Object::toString).orElse("-"),
              connection.session().group().orElse("-"),
              since(connection.since())));
    }
    int total = stacks.candidates().stream().mapToInt(StackDTO::connections).sum();
    return Table.format(rows) + total + (total == 1 ? " connection." : " connections.");
  }

  private static String since(long millis) {
    Duration age = Duration.ofMillis(Math.max(0, System.currentTimeMillis() - millis));
    return age.toMinutes() < 2
        ? age.toSeconds() + " s"
        : age.toHours() < 2 ? age.toMinutes() + " min" : age.toHours() + " h";
  }
}
