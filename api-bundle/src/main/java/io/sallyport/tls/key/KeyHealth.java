package io.sallyport.tls.key;

/**
 * How a device is. Immutable.
 *
 * @param state whether it works
 * @param detail one sentence for people: what is wrong, or what device it is
 * @param operations signatures made since the provider started
 * @param failures operations that failed since then
 * @param waiting operations that wait for their turn
 */
public record KeyHealth(State state, String detail, long operations, long failures, int waiting) {
  /** Whether a device works. */
  public enum State {
    /** Not asked yet. */
    STARTING,
    /** The last operation succeeded. */
    READY,
    /** It cannot be reached, or failed; it is tried again. */
    UNAVAILABLE,
    /** The provider has stopped; its keys are of no more use. */
    STOPPED
  }
}
