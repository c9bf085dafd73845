package io.sallyport.core.registry;

import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.TlsStackOps;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every candidate and where it stands. Thread-safe; each method is one short critical section that
 * calls nothing outside.
 */
final class Roster {
  private static final class Entry {
    final Candidate candidate;
    CandidateState state;
    String reason;
    long generation;
    long since = System.currentTimeMillis();
    boolean draining;
    boolean removed;

    Entry(Candidate candidate, CandidateState state, String reason) {
      this.candidate = candidate;
      this.state = state;
      this.reason = reason;
    }

    void enter(CandidateState next, String why) {
      state = next;
      reason = why;
      since = System.currentTimeMillis();
    }
  }

  private final List<Entry> entries = new ArrayList<>();
  private @Nullable Candidate pinned;
  private boolean held;

  synchronized void add(Candidate candidate, CandidateState state, String reason) {
    entries.add(new Entry(candidate, state, reason));
    entries.sort(Comparator.comparing(entry -> entry.candidate, Candidate.BEST_FIRST));
  }

  /** Takes a candidate out; while it drains it stays visible. */
  synchronized Optional<Candidate> remove(TlsStackOps ops) {
    Optional<Entry> found =
        entries.stream()
            .filter(entry -> entry.candidate.ops() == ops && !entry.removed)
            .findFirst();
    found.ifPresent(
        entry -> {
          entry.removed = true;
          if (pinned == entry.candidate) {
            pinned = sameName(entry.candidate);
          }
          if (entry.state != CandidateState.ACTIVE) {
            dropIfGone(entry);
          }
        });
    return found.map(entry -> entry.candidate);
  }

  /** A stack that replaces another of its name inherits that it was chosen by hand. */
  private @Nullable Candidate sameName(Candidate gone) {
    return named(gone.name()).filter(candidate -> candidate != gone).orElse(null);
  }

  synchronized boolean contains(Candidate candidate) {
    return find(candidate).filter(entry -> !entry.removed).isPresent();
  }

  synchronized void state(Candidate candidate, CandidateState state, String reason) {
    find(candidate)
        .ifPresent(
            entry -> {
              entry.enter(entry.draining ? CandidateState.DRAINING : state, reason);
              dropIfGone(entry);
            });
  }

  synchronized void active(Candidate candidate, long generation) {
    held = false;
    find(candidate)
        .ifPresent(
            entry -> {
              entry.generation = generation;
              entry.enter(CandidateState.ACTIVE, "");
            });
  }

  synchronized void retired(Candidate candidate) {
    find(candidate)
        .ifPresent(
            entry -> {
              entry.draining = true;
              entry.enter(CandidateState.DRAINING, "Its last connections are ending.");
            });
  }

  synchronized void drained(Candidate candidate) {
    find(candidate)
        .ifPresent(
            entry -> {
              entry.draining = false;
              if (entry.state == CandidateState.DRAINING) {
                entry.enter(CandidateState.STANDBY, "");
              }
              dropIfGone(entry);
            });
  }

  private void dropIfGone(Entry entry) {
    if (entry.removed && !entry.draining) {
      entries.remove(entry);
    }
  }

  /** Prefers a candidate; of one that has vanished meanwhile only the name is held on to. */
  synchronized void pin(Candidate candidate) {
    pinned = contains(candidate) ? candidate : sameName(candidate);
    held = false;
  }

  synchronized boolean pinned(Candidate candidate) {
    return pinned == candidate;
  }

  /** After an unregistration nothing is selected until somebody decides. */
  synchronized void hold() {
    held = true;
    pinned = null;
  }

  synchronized boolean held() {
    return held;
  }

  synchronized void unpin() {
    held = false;
    pinned = null;
  }

  /** The candidates that may be active, best first; a pinned one comes before all. */
  synchronized List<Candidate> wanted(Choice choice) {
    List<Candidate> wanted = new ArrayList<>();
    for (Entry entry : entries) {
      if (eligible(entry)
          && (entry.candidate == pinned || choice.matches().test(entry.candidate))) {
        wanted.add(entry.candidate == pinned ? 0 : wanted.size(), entry.candidate);
      }
    }
    return wanted;
  }

  synchronized Optional<Candidate> best(Choice choice) {
    return entries.stream()
        .filter(Roster::eligible)
        .map(entry -> entry.candidate)
        .filter(choice.matches())
        .findFirst();
  }

  synchronized Optional<Candidate> named(String name) {
    return entries.stream()
        .filter(Roster::eligible)
        .map(entry -> entry.candidate)
        .filter(candidate -> candidate.name().equals(name))
        .findFirst();
  }

  private static boolean eligible(Entry entry) {
    return !entry.removed && entry.state != CandidateState.REFUSED;
  }

  synchronized String names() {
    String names =
        entries.stream()
            .filter(Roster::eligible)
            .map(entry -> entry.candidate.name())
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "none" : names;
  }

  synchronized List<StackDTO> describe(ToIntFunction<Candidate> connections) {
    return entries.stream()
        .map(
            entry ->
                new StackDTO(
                    entry.candidate.name(),
                    entry.candidate.libraryVersion(),
                    entry.candidate.bundle(),
                    entry.candidate.ranking(),
                    entry.state,
                    entry.reason,
                    entry.generation,
                    entry.since,
                    connections.applyAsInt(entry.candidate)))
        .toList();
  }

  private Optional<Entry> find(Candidate candidate) {
    return entries.stream().filter(entry -> entry.candidate == candidate).findFirst();
  }
}
