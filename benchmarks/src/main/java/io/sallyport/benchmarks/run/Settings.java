package io.sallyport.benchmarks.run;

import java.time.Duration;

/**
 * How long and how often everything is measured.
 *
 * @param slice length of one slice of load, in CPU time of the server
 * @param warmUpRounds rounds of handshakes that do not count
 * @param rounds rounds of handshakes that count
 * @param bulkWarmUpRounds rounds of each kind of bulk traffic that do not count
 * @param bulkRounds rounds of each kind of bulk traffic that count
 * @param startRounds cold starts of each subject
 * @param idleRounds processes of each subject whose memory is measured
 * @param idleConnections idle connections in each of them
 * @param clients handshakes at a time
 */
public record Settings(
    Duration slice,
    int warmUpRounds,
    int rounds,
    int bulkWarmUpRounds,
    int bulkRounds,
    int startRounds,
    int idleRounds,
    int idleConnections,
    int clients) {

  /** For numbers that are to be believed. */
  public static Settings full() {
    return new Settings(Duration.ofMillis(1500), 10, 7, 6, 5, 5, 3, 1000, 8);
  }

  /** To see within a minute or two whether everything works. */
  public static Settings quick() {
    return new Settings(Duration.ofMillis(500), 3, 3, 1, 2, 1, 1, 1000, 8);
  }

  Settings withSlice(double seconds) {
    return new Settings(
        Duration.ofMillis(Math.round(1000 * seconds)),
        warmUpRounds,
        rounds,
        bulkWarmUpRounds,
        bulkRounds,
        startRounds,
        idleRounds,
        idleConnections,
        clients);
  }

  Settings withWarmUp(int handshakeRounds) {
    return new Settings(
        slice,
        handshakeRounds,
        rounds,
        bulkWarmUpRounds,
        bulkRounds,
        startRounds,
        idleRounds,
        idleConnections,
        clients);
  }

  Settings withRounds(int each) {
    return new Settings(
        slice,
        warmUpRounds,
        each,
        bulkWarmUpRounds,
        each,
        startRounds,
        idleRounds,
        idleConnections,
        clients);
  }
}
