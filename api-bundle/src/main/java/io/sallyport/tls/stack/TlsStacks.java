package io.sallyport.tls.stack;

import io.sallyport.tls.TlsException;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The service that registers and exchanges stacks. Thread-safe: every call is atomic, from any
 * thread; no lock is held while a stack is called.
 */
@ProviderType
public interface TlsStacks {
  /**
   * Registers a stack and makes it the active one. Checked in this order: the platform is
   * configured for default stacks only (NOT_SUPPORTED), null (INVALID_ARG), a bundle that may not
   * carry traffic, be it the caller's or that of the stack's class (NOT_SUPPORTED), another table
   * version (INVALID_VERSION), an operation that is missing, that is one which returns null or is
   * not there, or a name that is none (INVALID_ARG), a stack is active already (INVALID_STATE).
   * ESP-TLS: {@code esp_tls_register_stack}.
   *
   * @param ops the stack; null is answered with INVALID_ARG
   * @throws TlsException with the codes above; SSL_SETUP_FAILED when its proof fails, and the stack
   *     is not registered then
   */
  void register(TlsStackOps ops) throws TlsException;

  /**
   * Retires the active stack. No other one takes its place until {@link #register}, {@link #swap}
   * or a change of configuration. Connections that are open keep their stack until they end.
   * ESP-TLS: {@code esp_tls_unregister_stack}.
   *
   * @throws TlsException NOT_SUPPORTED when the platform is configured for default stacks only,
   *     INVALID_STATE when none is active
   */
  void unregister() throws TlsException;

  /** The active stack. ESP-TLS: {@code esp_tls_get_registered_stack}. */
  Optional<TlsStackOps> registered();

  /**
   * Proves another candidate and makes it the active one: {@link #prepare} and {@link #commit} in
   * one. The old one drains. If the proof fails nothing changes and the reason is kept.
   *
   * @param target a name, or an LDAP filter over service properties; the best-ranked match is taken
   * @throws TlsException INVALID_ARG when no candidate matches (the message lists those there are),
   *     INVALID_STATE when another exchange does not end in time, NOT_SUPPORTED when the candidate
   *     cannot do what the configurations in use need, or the reason why the proof failed
   */
  SwapResult swap(String target, SwapOptions options) throws TlsException;

  /**
   * As {@link #swap(String, SwapOptions)}, as configured.
   *
   * @throws TlsException as there
   */
  default SwapResult swap(String target) throws TlsException {
    return swap(target, SwapOptions.DEFAULT);
  }

  /**
   * Builds a candidate's contexts for every configuration in use and completes handshakes in memory
   * with each. Nothing changes for connections; {@link #commit} makes it the active one. What was
   * prepared before is given up.
   *
   * @throws TlsException as {@link #swap(String, SwapOptions)}
   */
  StagedSwap prepare(String target, SwapOptions options) throws TlsException;

  /**
   * As {@link #prepare}, and then a share of the new connections goes to the candidate until {@link
   * #commit} or {@link #abort}, by hand or by rule. A candidate that does worse than the active
   * stack is given up by itself.
   *
   * @param percent the share, 1 to 99
   * @throws TlsException as {@link #swap(String, SwapOptions)}; INVALID_ARG for another share,
   *     INVALID_STATE when no stack is active
   */
  StagedSwap trial(String target, int percent, SwapOptions options) throws TlsException;

  /**
   * Makes the candidate that is prepared or on trial the active one. Configurations that came into
   * use since are proved first.
   *
   * @throws TlsException INVALID_STATE when there is none; else why it failed its proof
   */
  SwapResult commit() throws TlsException;

  /**
   * Gives up what is prepared or on trial. Connections of a trial drain.
   *
   * @throws TlsException INVALID_STATE when there is none
   */
  void abort() throws TlsException;

  /** What is prepared or on trial. */
  Optional<StagedSwap> staged();

  /**
   * Ends the quarantine of a stack, so that it may be selected again at once.
   *
   * @param name its name
   * @throws TlsException INVALID_ARG when no stack of this name is in quarantine
   */
  void readmit(String name) throws TlsException;

  /**
   * Why the gate keeps a stack from carrying traffic: for those who put a stack of their own on
   * another one's service. None of the stack's operations is called.
   *
   * @param ops the stack, whose class's bundle has to pass as well
   * @param bundleId id of the bundle that published it
   * @return one sentence; empty when it may carry traffic
   */
  Optional<String> refusal(TlsStackOps ops, long bundleId);

  /**
   * What happened last, oldest first.
   *
   * @param limit the most to return; a few hundred are kept
   */
  List<StackEvent> events(int limit);

  /** Every candidate, and retired stacks that still drain, best rank first. */
  List<StackDTO> candidates();

  /**
   * Open connections, oldest first.
   *
   * @param limit the most to return
   */
  List<ConnectionDTO> connections(int limit);
}
