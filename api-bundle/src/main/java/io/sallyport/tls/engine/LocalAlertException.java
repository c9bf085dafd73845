package io.sallyport.tls.engine;

import javax.net.ssl.SSLHandshakeException;

/** A reason of our own to end a handshake before it begins, and the alert that tells the peer. */
final class LocalAlertException extends SSLHandshakeException {
  private static final long serialVersionUID = 1L;

  private final AlertDescription alert;

  LocalAlertException(AlertDescription alert, String sentence) {
    super(sentence);
    this.alert = alert;
  }

  AlertDescription alert() {
    return alert;
  }

  /** Whether it is what the peer offered that cannot be served. */
  boolean blamesPeer() {
    return alert != AlertDescription.INTERNAL_ERROR;
  }
}
