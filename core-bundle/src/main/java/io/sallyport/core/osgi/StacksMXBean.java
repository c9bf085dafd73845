package io.sallyport.core.osgi;

import java.util.List;
import java.util.Map;

/**
 * Metrics of the stacks, as {@code io.sallyport:type=Stacks}. Candidates of one name count
 * together.
 */
public interface StacksMXBean {
  /** Name of the active stack; empty when there is none. */
  String getActiveStack();

  /** Number of the active stack's activation; 0 when there is none. */
  long getGeneration();

  /** Connections that are open, by stack. */
  Map<String, Integer> getConnections();

  /** Connections that are left on retired activations, by stack. */
  Map<String, Integer> getDraining();

  /** Where the best-ranked candidate of each name stands, with the reason. */
  Map<String, String> getStates();

  /** Completed handshakes of the latest activation, by stack. */
  Map<String, Long> getHandshakesDone();

  /** Handshakes of the latest activation that failed, but not for the peer alone, by stack. */
  Map<String, Long> getHandshakesFailed();

  /** Handshakes of the latest activation that failed for the peer alone, by stack. */
  Map<String, Long> getHandshakesFailedByPeer();

  /** 99th percentile of the latest activation's handshakes in microseconds, by stack. */
  Map<String, Long> getHandshakeP99Micros();

  /** What happened last, one sentence each, oldest first. */
  List<String> getEvents();
}
