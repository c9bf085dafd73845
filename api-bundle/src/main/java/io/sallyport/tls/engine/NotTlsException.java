package io.sallyport.tls.engine;

import javax.net.ssl.SSLHandshakeException;

/**
 * The peer speaks something else than TLS, or what is not allowed in it; the message is the whole
 * sentence. No alert is sent: the engine knows nothing of it.
 */
final class NotTlsException extends SSLHandshakeException {
  private static final long serialVersionUID = 1L;

  NotTlsException(String sentence) {
    super(sentence);
  }
}
