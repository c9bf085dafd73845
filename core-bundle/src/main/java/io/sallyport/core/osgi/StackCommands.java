package io.sallyport.core.osgi;

import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.ConnectionDTO;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.SwapResult;
import io.sallyport.tls.stack.TlsStacks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
      "osgi.command.function=connections"
    })
public final class StackCommands {
  private static final int DEFAULT_LIMIT = 50;

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
        List.of("STACK", "VERSION", "RANK", "STATE", "GENERATION", "CONNECTIONS", "FOR", "REASON"));
    for (StackDTO stack : stacks.candidates()) {
      rows.add(
          List.of(
              stack.name(),
              stack.libraryVersion(),
              Integer.toString(stack.ranking()),
              stack.state().name(),
              stack.generation() == 0 ? "-" : Long.toString(stack.generation()),
              Integer.toString(stack.connections()),
              since(stack.since()),
              stack.reason()));
    }
    return Table.format(rows);
  }

  /** {@code tls:swap NAME}: proves another stack and makes it the active one. */
  public String swap(String target) {
    try {
      SwapResult result = stacks.swap(target);
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
    } catch (TlsException e) {
      return "Not swapped: " + e.getMessage() + " [" + e.code() + "]";
    }
  }

  /** {@code tls:connections}: the oldest open connections. */
  public String connections() {
    return connections(DEFAULT_LIMIT);
  }

  /** {@code tls:connections N}: the N oldest open connections. */
  public String connections(int limit) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of("ID", "ROLE", "PEER", "STACK", "GENERATION", "PROTOCOL", "SUITE", "GROUP", "FOR"));
    for (ConnectionDTO connection : stacks.connections(limit)) {
      rows.add(
          List.of(
              Long.toString(connection.id()),
              connection.role().name().toLowerCase(java.util.Locale.ROOT),
              connection.peer().toString(),
              connection.stack() + " " + connection.libraryVersion(),
              Long.toString(connection.generation()),
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
