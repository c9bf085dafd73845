package io.sallyport.stack.bouncycastle;

import java.io.IOException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.AlertLevel;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerProtocol;

/** A server's protocol with half-close: Bouncy Castle's ends both directions at once. */
final class ServerProtocol extends TlsServerProtocol implements Protocol {
  private boolean inputEnded;

  @Override
  public TlsProtocol bouncyCastle() {
    return this;
  }

  @Override
  public boolean inputEnded() {
    return inputEnded;
  }

  @Override
  public void endOutput() throws IOException {
    raiseAlertWarning(AlertDescription.close_notify, "Output ended");
  }

  @Override
  protected void handleAlertMessage(short level, short description) throws IOException {
    if (level == AlertLevel.warning
        && description == AlertDescription.close_notify
        && isConnected()) {
      inputEnded = true;
    } else {
      super.handleAlertMessage(level, description);
    }
  }
}
