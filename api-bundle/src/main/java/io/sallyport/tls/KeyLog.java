package io.sallyport.tls;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes the secrets of connections, for a protocol analyser (format SSLKEYLOGFILE,
 * draft-ietf-tls-keylogfile). Whoever has them can read the connection: works only while the
 * platform's insecure mode is on too, and is warned about on every connection.
 */
@ConsumerType
@FunctionalInterface
public interface KeyLog {
  /**
   * One line. Called on the connection's thread, by many connections at once; must not block for
   * long.
   *
   * @param line a label, the client's random value and a secret, in hexadecimal, without line end
   */
  void line(String line);
}
