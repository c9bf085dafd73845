package io.sallyport.tls.engine;

import io.sallyport.tls.stack.Role;

/** The sentence for a peer that does not authenticate. */
final class MissingCertificate {
  private MissingCertificate() {}

  static String sentence(Role peer) {
    return peer == Role.CLIENT
        ? "The client sent no certificate although this server requires one; configure a client"
            + " certificate at the other end."
        : "The server sent no certificate, so it cannot be verified.";
  }
}
