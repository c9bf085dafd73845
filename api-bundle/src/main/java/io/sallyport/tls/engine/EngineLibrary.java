package io.sallyport.tls.engine;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.Identity;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.VerificationFlag;
import io.sallyport.tls.stack.Capabilities;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What differs between libraries that give an {@link SSLEngine}. Implemented by a stack; immutable
 * and thread-safe. The default methods do what the JSSE standard says.
 */
@ProviderType
public interface EngineLibrary {
  /** The stack's name, as in {@link io.sallyport.tls.stack.TlsStackOps#name}. */
  String name();

  /** The library's version, for people. */
  String version();

  /** What the library can do. */
  Capabilities capabilities();

  /**
   * A context, not initialised yet, from the library's own provider object.
   *
   * @throws GeneralSecurityException when the provider has none
   */
  SSLContext newContext() throws GeneralSecurityException;

  /** Whether a suite that its engines list works here; some lists are longer than that. */
  default boolean canUse(CipherSuite suite) {
    return true;
  }

  /** Suites that only {@link #engines} can use. */
  default List<CipherSuite> moreSuites() {
    return List.of();
  }

  /** The buffers that the library works best on; {@link BufferKind#DIRECT} unless overridden. */
  default BufferKind buffers() {
    return BufferKind.DIRECT;
  }

  /**
   * The room that the engine wants in the destination of a {@code wrap}.
   *
   * @param plaintext how many bytes are to be encrypted, 0 in the handshake, at most 2^14
   * @return a number of bytes; if it is too small the handle asks again with more
   */
  default int wrapRoom(int plaintext) {
    return 16709; // SunJSSE asks for its greatest packet, however little there is to send.
  }

  /**
   * Brings the own key into the form that the library uses fastest. An opaque key must be returned
   * as it is.
   *
   * @throws GeneralSecurityException when the library does not take the key
   */
  default Identity adapt(Identity identity) throws GeneralSecurityException {
    return identity;
  }

  /**
   * Checks what the general checks do not know, before anything is made.
   *
   * @throws TlsException NOT_SUPPORTED naming stack and feature
   */
  default void check(TlsConfig config) throws TlsException {
    // Nothing beyond the capabilities.
  }

  /**
   * Sets up an engine whose mode has been set.
   *
   * @param parameters protocols, suites, ALPN, client authentication and, for a client, the server
   *     name; shared by many engines, so not to be changed
   * @param serverName the name to send as SNI; empty for none
   */
  default void configure(SSLEngine engine, SSLParameters parameters, Optional<String> serverName) {
    engine.setSSLParameters(parameters);
  }

  /**
   * Restricts the key-exchange groups of an engine. Called where {@link #capabilities} has
   * GROUP_SELECTION, and for X25519MLKEM768 alone where it has POST_QUANTUM_KEY_EXCHANGE; the
   * outcome is checked in any case.
   *
   * @param groups at least one
   */
  default void restrictGroups(SSLEngine engine, List<NamedGroup> groups) {
    // What the library does by itself is checked.
  }

  /**
   * Switches tickets of an engine, where the library has such a switch: on for a server unless its
   * configuration says otherwise, and on for a client that captures sessions.
   */
  default void useSessionTickets(SSLEngine engine, boolean enabled) {
    // By the context's lifetime only.
  }

  /**
   * Whether a server's tickets cannot be switched off by {@link #useSessionTickets} and hold as
   * long as their {@link SSLContext}; a server without tickets then uses a context for each
   * connection.
   */
  default boolean resumesAsLongAsItsContext() {
    return false;
  }

  /**
   * Where a context's client sessions can be had as bytes. Called once for a context, before its
   * first engine.
   */
  default Optional<SessionStore> sessionStore(SSLContext context) {
    return Optional.empty();
  }

  /**
   * What makes the engines of a configuration that an {@link SSLContext} of this library cannot
   * serve.
   *
   * @param materials the configuration in an engine's terms
   * @return empty for the engines of an {@link SSLContext}
   * @throws GeneralSecurityException when the library does not take a key
   */
  default Optional<EngineFactory> engines(EngineMaterials materials)
      throws GeneralSecurityException {
    return Optional.empty();
  }

  /** Key managers beyond that of the own identity, for this configuration. */
  default List<KeyManager> keyManagers(TlsConfig config) {
    return List.of();
  }

  /**
   * Frees what the engine holds outside the heap. Called once, after its outbound side was closed
   * and drained.
   */
  default void release(SSLEngine engine) {
    // The collector does it.
  }

  /**
   * Whether the engine ends both directions as soon as it meets a close_notify, unless it is called
   * without room for plaintext. The handle then looks at what may be an alert in that way first, so
   * that the own direction outlives the peer's (RFC 8446 section 6.1).
   */
  default boolean closesBothDirections() {
    return false;
  }

  /** The alert that the peer sent, when that is what the error reports (RFC 8446 section 6). */
  default OptionalInt receivedAlert(Throwable error) {
    return AlertDescription.inJdkMessage(error);
  }

  /**
   * What a library that verifies on its own says against the peer's certificate; empty when the
   * error is about something else.
   */
  default Set<VerificationFlag> verificationFlags(Throwable error) {
    return Set.of();
  }

  /** The library's words for an error, on one line and without addresses. */
  default String describe(Throwable error) {
    String message = error.getMessage();
    return message == null ? error.getClass().getName() : message;
  }

  /** Whether the error says that the peer sent no certificate although it had to. */
  default boolean isMissingCertificate(Throwable error) {
    String message = String.valueOf(error.getMessage());
    return message.contains("Empty client certificate chain")
        || message.contains("Empty server certificate chain");
  }
}
