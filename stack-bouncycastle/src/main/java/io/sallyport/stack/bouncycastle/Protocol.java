package io.sallyport.stack.bouncycastle;

import java.io.IOException;
import org.bouncycastle.tls.TlsProtocol;

/** What an engine needs of either side's protocol, beyond what Bouncy Castle's class has. */
interface Protocol {
  /** Bouncy Castle's own. */
  TlsProtocol bouncyCastle();

  /** Whether the peer's close_notify has arrived; the own direction may go on. */
  boolean inputEnded();

  /** Sends close_notify; the peer's direction may go on (RFC 8446 section 6.1). */
  void endOutput() throws IOException;
}
