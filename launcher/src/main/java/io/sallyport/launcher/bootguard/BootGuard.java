package io.sallyport.launcher.bootguard;

import io.sallyport.launcher.report.LogLines;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.service.log.LogLevel;

/**
 * Decides which stacks are started, by how they started before. While stacks start, a marker on the
 * disk names them; a marker that is found later means that the JVM died meanwhile. One name in it
 * is the culprit, and is passed over: at one start, then at three, then at nine, then until it is
 * released or replaced. Several names are suspects, and start one after another next time. A start
 * that fails counts as well, from the third in a row on. Thread-safe; never fails: where nothing
 * can be written, it warns once and lets everything start.
 */
public final class BootGuard implements AutoCloseable {
  private static final int LONGEST = 300;

  private final Optional<StateFolder> folder;
  private final boolean writing;
  private final Clock clock;
  private final LogLines log;
  private final Map<String, StartRecord> records = new LinkedHashMap<>();
  private List<StackBundle> marked = List.of();
  private boolean ended;
  private boolean warned;

  private BootGuard(Optional<StateFolder> folder, boolean writing, Clock clock, LogLines log) {
    this.folder = folder;
    this.writing = writing;
    this.clock = clock;
    this.log = log;
  }

  /** Guards a start; without a guard, and with a warning, where the folder cannot be used. */
  public static BootGuard open(Path place, Clock clock, LogLines log) {
    try {
      BootGuard guard = new BootGuard(Optional.of(StateFolder.own(place)), true, clock, log);
      guard.read();
      return guard;
    } catch (IOException | RuntimeException e) {
      log.write(
          LogLevel.WARN,
          "The boot guard is off, because the folder '"
              + place
              + "' cannot be used ("
              + reason(e)
              + "); name another one with --state.");
      return off(log);
    }
  }

  /** Passes over what the gateway that owns this folder would, and changes nothing there. */
  public static BootGuard lookAt(Path place, Clock clock, LogLines log) {
    BootGuard guard = new BootGuard(Optional.of(StateFolder.lookAt(place)), false, clock, log);
    guard.read();
    return guard;
  }

  /** Lets everything start. */
  public static BootGuard off(LogLines log) {
    return new BootGuard(Optional.empty(), false, Clock.systemUTC(), log);
  }

  /** Whether it remembers anything. */
  public boolean isOn() {
    return folder.isPresent();
  }

  private synchronized void read() {
    StateFolder state = folder.orElseThrow();
    try {
      state.records().forEach(record -> records.put(record.bundle().key(), record));
    } catch (IOException | RuntimeException e) {
      log.write(
          LogLevel.WARN,
          "The boot guard's records in '"
              + state.path().resolve(StateFolder.RECORDS)
              + "' cannot be read ("
              + reason(e)
              + "); it begins anew.");
    }
    Optional<Marker> left = state.marker();
    if (left.isPresent()) {
      judge(left.get());
      save();
      change(StateFolder::unmark);
    }
  }

  private void judge(Marker marker) {
    List<StackBundle> bundles = marker.bundles();
    if (bundles.size() == 1) {
      StartRecord record = recordOf(bundles.get(0));
      records.put(record.bundle().key(), record.crashed(marker.at()));
      return;
    }
    // A marker that cannot be read leaves everybody under suspicion.
    Collection<StartRecord> suspects =
        bundles.isEmpty()
            ? List.copyOf(records.values())
            : bundles.stream().map(this::recordOf).toList();
    suspects.forEach(record -> records.put(record.bundle().key(), record.suspected()));
    log.write(
        LogLevel.WARN,
        "The JVM died while stacks were starting"
            + (suspects.isEmpty() ? "" : " (" + names(suspects) + ")")
            + "; they start one after another this time, so that it shows which one it was.");
  }

  private static String names(Collection<StartRecord> records) {
    return records.stream().map(StartRecord::stack).sorted().collect(Collectors.joining(", "));
  }

  private StartRecord recordOf(StackBundle bundle) {
    return Optional.ofNullable(records.get(bundle.key()))
        .filter(record -> record.bundle().equals(bundle))
        .orElseGet(
            () -> StartRecord.fresh(bundle, folder.isPresent() ? Verdict.NEW : Verdict.KNOWN));
  }

  /** How to start this one now. A start that passes it over is counted, so ask once per start. */
  public synchronized Verdict admit(StackBundle bundle) {
    StartRecord record = recordOf(bundle);
    if (!record.isPassedOver()) {
      return record.trust();
    }
    records.put(bundle.key(), record.skipped());
    save();
    return Verdict.PASSED_OVER;
  }

  /** The name of the stack in a bundle, as far as it is known. */
  public synchronized String nameOf(StackBundle bundle) {
    return recordOf(bundle).stack();
  }

  /** Why one that was passed over was, until when, and what to do; the part of a sentence. */
  public synchronized String reasonFor(StackBundle bundle) {
    return recordOf(bundle).sentence();
  }

  /** When the last bad start of one began, in milliseconds since 1970. */
  public synchronized long lastBadStart(StackBundle bundle) {
    return recordOf(bundle).last();
  }

  /** From now on until the next call these are starting, and nobody else; none ends it. */
  public synchronized void starting(Collection<StackBundle> bundles) {
    List<StackBundle> wanted = List.copyOf(bundles);
    if (ended || wanted.equals(marked)) {
      return;
    }
    marked = wanted;
    if (wanted.isEmpty()) {
      change(StateFolder::unmark);
    } else {
      Marker marker = new Marker(clock.millis(), wanted);
      change(state -> state.mark(marker));
    }
  }

  /**
   * These have started, and what was against them is forgotten.
   *
   * @param stacks the bundles, each with the name of its stack
   */
  public synchronized void startedWell(Map<StackBundle, String> stacks) {
    boolean news = false;
    for (Map.Entry<StackBundle, String> stack : stacks.entrySet()) {
      StartRecord well = recordOf(stack.getKey()).startedWell(stack.getValue());
      news |= !well.equals(records.put(stack.getKey().key(), well));
    }
    if (news && !ended) {
      save();
    }
  }

  /** The start of one failed, for this reason. Counts unless the end has come. */
  public synchronized void failed(StackBundle bundle, String why) {
    if (!ended) {
      records.put(bundle.key(), recordOf(bundle).failed(clock.millis(), shortened(why)));
      save();
    }
  }

  /** What is against this one is forgotten. */
  public synchronized void release(StackBundle bundle) {
    records.put(bundle.key(), recordOf(bundle).released());
    save();
  }

  /** Whether the end has come, so that what fails now fails because of that. */
  public synchronized boolean hasEnded() {
    return ended;
  }

  /** The platform ends in order, perhaps in the middle of its start: that counts for nothing. */
  @Override
  public synchronized void close() {
    end(true);
  }

  /** The process is being ended by code in it, not by its operator: the marker stays. */
  public synchronized void leaveMarker() {
    end(false);
  }

  private void end(boolean orderly) {
    if (!ended) {
      if (orderly) {
        change(StateFolder::unmark);
      }
      ended = true;
      folder.ifPresent(StateFolder::close);
    }
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  private void save() {
    List<StartRecord> all = List.copyOf(records.values());
    change(state -> state.save(all));
  }

  private interface Change {
    void apply(StateFolder state) throws IOException;
  }

  private void change(Change change) {
    if (folder.isEmpty() || !writing) {
      return;
    }
    try {
      change.apply(folder.get());
    } catch (IOException | RuntimeException e) {
      if (!warned) {
        warned = true;
        log.write(
            LogLevel.WARN,
            "The boot guard cannot write to '"
                + folder.get().path()
                + "' ("
                + reason(e)
                + "), so it does not see how this start ends; free some space there.");
      }
    }
  }

  private static String reason(Exception e) {
    return Optional.ofNullable(e.getMessage()).orElseGet(e::toString);
  }
}
