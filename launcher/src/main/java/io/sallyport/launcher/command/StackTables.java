package io.sallyport.launcher.command;

import io.sallyport.launcher.report.Table;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.TlsStackOps;
import io.sallyport.tls.stack.TlsStacks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;

/** The stacks as two tables: where each stands, and what each can do. */
final class StackTables {
  private final Map<String, TlsStackOps> operations = new HashMap<>();
  private final List<StackDTO> candidates;

  StackTables(BundleContext context, TlsStacks stacks) {
    candidates = stacks.candidates();
    for (TlsStackOps ops : services(context)) {
      try {
        operations.putIfAbsent(ops.name(), ops);
      } catch (RuntimeException | LinkageError e) {
        // A broken stack has no column; its row says why it is refused.
      }
    }
  }

  private static List<TlsStackOps> services(BundleContext context) {
    try {
      return context.getServiceReferences(TlsStackOps.class, null).stream()
          .map(context::getService)
          .filter(Objects::nonNull)
          .toList();
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException("No filter was given.", e);
    }
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (candidates.isEmpty()) {
      lines.add("There is no TLS stack; put one into the distribution's folder 'bundles'.");
      return lines;
    }
    Table table = new Table("Stack", "Library", "Rank", "State", "Bundle", "Remark");
    for (StackDTO stack : candidates) {
      table.row(
          stack.name(),
          stack.libraryVersion(),
          Integer.toString(stack.ranking()),
          stack.state().name().toLowerCase(Locale.ROOT).replace('_', ' '),
          stack.bundle(),
          stack.reason());
    }
    lines.addAll(table.lines());
    lines.add("");
    lines.addAll(features().lines());
    lines.add("");
    lines.add("c as client, s as server, - not at all.");
    return lines;
  }

  private Table features() {
    List<StackDTO> known =
        candidates.stream()
            .filter(stack -> stack.state() != CandidateState.REFUSED) // It is not asked anything.
            .filter(stack -> operations.containsKey(stack.name()))
            .toList();
    List<String> heads = new ArrayList<>(List.of("Can do, in TLS 1.2 / 1.3"));
    known.forEach(stack -> heads.add(stack.name()));
    Table table = new Table(heads.toArray(String[]::new));
    for (Feature feature : Feature.values()) {
      List<String> cells = new ArrayList<>(List.of(feature.words()));
      for (StackDTO stack : known) {
        Capabilities can = operation(stack).capabilities();
        cells.add(
            cell(can, feature, TlsVersion.TLS_1_2)
                + " / "
                + cell(can, feature, TlsVersion.TLS_1_3));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private TlsStackOps operation(StackDTO stack) {
    return Optional.ofNullable(operations.get(stack.name())).orElseThrow();
  }

  private static String cell(Capabilities can, Feature feature, TlsVersion version) {
    String cell =
        (can.supports(feature, version, Role.CLIENT) ? "c" : "")
            + (can.supports(feature, version, Role.SERVER) ? "s" : "");
    return String.format("%-2s", cell.isEmpty() ? "-" : cell);
  }
}
