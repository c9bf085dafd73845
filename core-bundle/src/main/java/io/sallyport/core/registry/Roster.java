package io.sallyport.core.registry;

import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackDTO;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
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
    int draining;
    boolean removed;
    boolean provedItself;

    Entry(Candidate candidate, CandidateState state, String reason) {
      this.candidate = candidate;
      this.state = state;
      this.reason = reason;
    }

    void enter(CandidateState next, String why) {
      provedItself &= next != CandidateState.QUARANTINED;
      state = next;
      reason = why;
      since = System.currentTimeMillis();
    }

    /** What is draining is shown as such, unless it does something more besides. */
    CandidateState shown() {
      boolean idle = state == CandidateState.STANDBY || state == CandidateState.QUARANTINED;
      return draining > 0 && idle ? CandidateState.DRAINING : state;
    }

    String why() {
      return shown() == CandidateState.DRAINING && reason.isEmpty()
          ? "Its last connections are ending."
          : reason;
    }
  }

  private final List<Entry> entries = new ArrayList<>();
  private final List<Candidate> expected = new ArrayList<>();
  private @Nullable Candidate pinned;
  private @Nullable Candidate standIn;
  private boolean held;

  synchronized void add(Candidate candidate, CandidateState state, String reason) {
    entries.add(new Entry(candidate, state, reason));
    entries.sort(Comparator.comparing(entry -> entry.candidate, Candidate.BEST_FIRST));
  }

  /** A candidate is examined and may be there soon; it is not shown before. */
  synchronized void expect(Candidate candidate) {
    expected.add(candidate);
  }

  /**
   * An examination has ended.
   *
   * @return whether the candidate is there now, and was not removed meanwhile
   */
  synchronized boolean arrived(Candidate candidate, CandidateState state, String reason) {
    boolean wasExpected = expected.removeIf(other -> other == candidate);
    if (wasExpected) {
      add(candidate, state, reason);
    }
    return wasExpected;
  }

  /** Takes a service out; while it drains it stays visible. */
  synchronized Optional<Candidate> remove(long serviceId) {
    expected.removeIf(candidate -> candidate.serviceId() == serviceId);
    return remove(candidate -> candidate.serviceId() == serviceId);
  }

  /** Takes a candidate out; while it drains it stays visible. */
  synchronized Optional<Candidate> remove(Candidate gone) {
    return remove(candidate -> candidate == gone);
  }

  private Optional<Candidate> remove(Predicate<Candidate> which) {
    Optional<Entry> found =
        entries.stream().filter(entry -> which.test(entry.candidate) && !entry.removed).findFirst();
    found.ifPresent(
        entry -> {
          entry.removed = true;
          if (pinned == entry.candidate) {
            pinned = sameName(entry.candidate);
          }
          if (standIn == entry.candidate) {
            standIn = null;
          }
          if (!isInService(entry)) {
            dropIfGone(entry);
          }
        });
    return found.map(entry -> entry.candidate);
  }

  private static boolean isInService(Entry entry) {
    return entry.state == CandidateState.ACTIVE || entry.state == CandidateState.TRIAL;
  }

  /** A stack that replaces another of its name inherits that it was chosen by hand. */
  private @Nullable Candidate sameName(Candidate gone) {
    return named(gone.name()).filter(candidate -> candidate != gone).orElse(null);
  }

  synchronized boolean contains(Candidate candidate) {
    return find(candidate).filter(entry -> !entry.removed).isPresent();
  }

  /** Whether it is there and the gate lets it pass. */
  synchronized boolean mayServe(Candidate candidate) {
    return find(candidate).filter(Roster::eligible).isPresent();
  }

  /** Whether it is there and nothing keeps it from being selected. */
  synchronized boolean isSelectable(Candidate candidate) {
    return find(candidate).filter(Roster::selectable).isPresent();
  }

  /** What the gate says stays: a candidate that is REFUSED enters no other state by this. */
  synchronized void state(Candidate candidate, CandidateState state, String reason) {
    find(candidate)
        .ifPresent(
            entry -> {
              if (entry.state != CandidateState.REFUSED || state == CandidateState.REFUSED) {
                entry.enter(state, reason);
              }
              dropIfGone(entry);
            });
  }

  /** The gate lets a candidate pass that it has refused before. */
  synchronized void admit(Candidate candidate) {
    find(candidate)
        .filter(entry -> entry.state == CandidateState.REFUSED)
        .ifPresent(entry -> entry.enter(CandidateState.STANDBY, ""));
  }

  /** A candidate takes new connections: all of them, or a share. */
  synchronized void inService(Candidate candidate, CandidateState state, long generation) {
    held = false;
    find(candidate)
        .ifPresent(
            entry -> {
              entry.generation = generation;
              if (entry.state != CandidateState.REFUSED) { // Refused since: it is on its way out.
                entry.enter(state, "");
              }
            });
  }

  /**
   * An activation takes no more connections.
   *
   * @param state what the candidate is now: STANDBY, REFUSED or QUARANTINED
   */
  synchronized void retired(Candidate candidate, CandidateState state, String reason) {
    find(candidate)
        .ifPresent(
            entry -> {
              entry.draining++;
              if (entry.state != CandidateState.REFUSED) { // What the gate says stays.
                entry.enter(state, reason);
              }
            });
  }

  synchronized void drained(Candidate candidate) {
    find(candidate)
        .ifPresent(
            entry -> {
              entry.draining--;
              dropIfGone(entry);
            });
  }

  private void dropIfGone(Entry entry) {
    if (entry.removed && entry.draining == 0) {
      entries.remove(entry);
    }
  }

  /** It has completed real handshakes: the next activation of it begins without a probation. */
  synchronized void provedItself(Candidate candidate) {
    find(candidate).ifPresent(entry -> entry.provedItself = true);
  }

  /** Whether it has, and has not been put into quarantine since. */
  synchronized boolean hasProvedItself(Candidate candidate) {
    return find(candidate).filter(entry -> entry.provedItself).isPresent();
  }

  /** Those in a state, such as all that the gate keeps out. */
  synchronized List<Candidate> all(CandidateState state) {
    return entries.stream()
        .filter(entry -> !entry.removed && entry.state == state)
        .map(entry -> entry.candidate)
        .toList();
  }

  /** All that are there. */
  synchronized List<Candidate> all() {
    return entries.stream().filter(entry -> !entry.removed).map(entry -> entry.candidate).toList();
  }

  synchronized CandidateState stateOf(Candidate candidate) {
    return find(candidate).map(entry -> entry.state).orElse(CandidateState.REFUSED);
  }

  /** Prefers a candidate; of one that has vanished meanwhile only the name is held on to. */
  synchronized void pin(Candidate candidate) {
    pinned = contains(candidate) ? candidate : sameName(candidate);
    held = false;
  }

  synchronized boolean pinned(Candidate candidate) {
    return pinned == candidate;
  }

  /** A candidate is active because none of the choice can be. */
  synchronized void standIn(@Nullable Candidate candidate) {
    standIn = candidate;
  }

  synchronized boolean standsIn(Candidate candidate) {
    return standIn == candidate;
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
    standIn = null;
  }

  /** The candidates that may be active, best first; a pinned one comes before all. */
  synchronized List<Candidate> wanted(Choice choice) {
    List<Candidate> wanted = new ArrayList<>();
    for (Entry entry : entries) {
      if (selectable(entry)
          && (entry.candidate == pinned || choice.matches().test(entry.candidate))) {
        wanted.add(entry.candidate == pinned ? 0 : wanted.size(), entry.candidate);
      }
    }
    return wanted;
  }

  /** The best that somebody may choose by hand: also from quarantine. */
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

  /** Why candidates that fit are kept out; empty when none is. */
  synchronized Optional<String> whyRefused(Choice choice) {
    return entries.stream()
        .filter(entry -> !entry.removed && entry.state == CandidateState.REFUSED)
        .filter(entry -> choice.matches().test(entry.candidate))
        .map(entry -> entry.reason)
        .findFirst();
  }

  private static boolean eligible(Entry entry) {
    return !entry.removed && entry.state != CandidateState.REFUSED;
  }

  private static boolean selectable(Entry entry) {
    return eligible(entry) && entry.state != CandidateState.QUARANTINED;
  }

  synchronized String names() {
    String names =
        entries.stream()
            .filter(Roster::eligible)
            .map(entry -> entry.candidate.name())
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "none" : names;
  }

  synchronized List<StackDTO> describe(Function<Candidate, Load> loads) {
    return entries.stream()
        .map(
            entry -> {
              Load load = loads.apply(entry.candidate);
              return new StackDTO(
                  entry.candidate.name(),
                  entry.candidate.libraryVersion(),
                  entry.candidate.bundle(),
                  entry.candidate.ranking(),
                  entry.shown(),
                  entry.why(),
                  entry.generation,
                  entry.since,
                  load.connections(),
                  load.draining(),
                  load.handshakes());
            })
        .toList();
  }

  private Optional<Entry> find(Candidate candidate) {
    return entries.stream().filter(entry -> entry.candidate == candidate).findFirst();
  }
}
