package io.sallyport.stack.bouncycastle;

import io.sallyport.tls.KeyLog;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsContext;

/** Writes the secrets of a connection in the format SSLKEYLOGFILE. */
final class KeyLogLines implements WatchedCrypto.Listener {
  private static final Map<String, String> LABELS =
      Map.of(
          "c hs traffic", "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
          "s hs traffic", "SERVER_HANDSHAKE_TRAFFIC_SECRET",
          "c ap traffic", "CLIENT_TRAFFIC_SECRET_0",
          "s ap traffic", "SERVER_TRAFFIC_SECRET_0",
          "exp master", "EXPORTER_SECRET");

  /** The one label of TLS 1.2. */
  static final String MASTER_SECRET = "CLIENT_RANDOM";

  private final KeyLog log;
  private final Conversation conversation;

  KeyLogLines(KeyLog log, Conversation conversation) {
    this.log = log;
    this.conversation = conversation;
  }

  @Override
  public void derived(String label, byte[] secret) {
    String known = label.equals(MASTER_SECRET) ? label : LABELS.get(label);
    Optional<TlsContext> context = conversation.context();
    if (known != null && context.isPresent()) {
      SecurityParameters parameters = context.get().getSecurityParametersHandshake();
      byte[] random =
          (parameters != null ? parameters : context.get().getSecurityParametersConnection())
              .getClientRandom();
      HexFormat hex = HexFormat.of();
      log.line(known + " " + hex.formatHex(random) + " " + hex.formatHex(secret));
    }
  }
}
