package io.sallyport.tls.engine;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.Identity;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.VerificationFlag;
import io.sallyport.tls.stack.Capabilities;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
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
