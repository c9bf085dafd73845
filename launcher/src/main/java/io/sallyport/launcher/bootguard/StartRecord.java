package io.sallyport.launcher.bootguard;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What is remembered of the starts of a bundle.
 *
 * @param bundle the bundle, as it was then
 * @param stack the stack's name; that of the bundle until it was heard
 * @param trust how it is to be started, if not passed over
 * @param crashes how often the JVM died while it started, since its last good start
 * @param failures how often in a row its start failed without that
 * @param skips for how many starts it is still passed over; {@link #FOREVER}: until it is released
 * @param last when the last bad start began, in milliseconds since 1970; 0 when there was none
 * @param why what the last failed start said; empty when it was none
 */
record StartRecord(
    StackBundle bundle,
    String stack,
    Verdict trust,
    int crashes,
    int failures,
    int skips,
    long last,
    String why) {
  static final int FOREVER = Integer.MAX_VALUE;
  static final int FAILURES = 3;
  private static final int[] SKIPS = {1, 3, 9};

  /** Of a bundle that has never been started. */
  static StartRecord fresh(StackBundle bundle, Verdict trust) {
    return new StartRecord(bundle, bundle.shortName(), trust, 0, 0, 0, 0, "");
  }

  /** The JVM died during a start that began then. */
  StartRecord crashed(long at) {
    return new StartRecord(
        bundle, stack, Verdict.SUSPECT, crashes + 1, 0, skips(crashes + 1), at, "");
  }

  /** The JVM died, but it may have been another one that was starting. */
  StartRecord suspected() {
    return new StartRecord(bundle, stack, Verdict.SUSPECT, crashes, failures, skips, last, why);
  }

  /** A start failed that began then; from the third in a row on it is passed over. */
  StartRecord failed(long at, String reason) {
    int inARow = failures + 1;
    int pause = inARow < FAILURES ? 0 : skips(inARow - FAILURES + 1);
    return new StartRecord(bundle, stack, Verdict.SUSPECT, crashes, inARow, pause, at, reason);
  }

  /** A good start: what was before counts no more. */
  StartRecord startedWell(String name) {
    return new StartRecord(bundle, name, Verdict.KNOWN, 0, 0, 0, 0, "");
  }

  /** Released by hand, and therefore to be watched well. */
  StartRecord released() {
    return new StartRecord(bundle, stack, Verdict.SUSPECT, 0, 0, 0, 0, "");
  }

  /** One start has gone by. */
  StartRecord skipped() {
    int left = skips == FOREVER ? FOREVER : Math.max(0, skips - 1);
    return new StartRecord(bundle, stack, trust, crashes, failures, left, last, why);
  }

  boolean isPassedOver() {
    return skips > 0;
  }

  private static int skips(int strikes) {
    return strikes <= SKIPS.length ? SKIPS[strikes - 1] : FOREVER;
  }

  /** Why it is passed over at this start, which is counted already. */
  String sentence() {
    String moment = Instant.ofEpochMilli(last).truncatedTo(ChronoUnit.SECONDS).toString();
    String cause =
        failures > 0
            ? "it failed to start (" + times(failures) + ", last at " + moment + ": " + bare() + ")"
            : "the JVM died while it was starting (" + times(crashes) + ", last at " + moment + ")";
    return cause + "; " + until() + " with tls:release " + stack + ".";
  }

  private String until() {
    return switch (skips) {
      case FOREVER -> "it stays so until another version of its bundle is there, or is tried";
      case 0 -> "it is tried again at the next start, or now";
      case 1 -> "it is tried again after one more start, or now";
      default -> "it is tried again after " + skips + " more starts, or now";
    };
  }

  private String bare() {
    return why.endsWith(".") ? why.substring(0, why.length() - 1) : why;
  }

  private static String times(int count) {
    return count + (count == 1 ? " time" : " times");
  }
}
