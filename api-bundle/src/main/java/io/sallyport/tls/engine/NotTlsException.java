package io.sallyport.tls.engine;

import javax.net.ssl.SSLHandshakeException;

/** The peer speaks something else than TLS; the message is the whole sentence. */
final class NotTlsException extends SSLHandshakeException {
  private static final long serialVersionUID = 1L;

  NotTlsException(String sentence) {
    super(sentence);
  }
}
