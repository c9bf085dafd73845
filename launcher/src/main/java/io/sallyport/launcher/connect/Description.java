package io.sallyport.launcher.connect;

import io.sallyport.launcher.report.Table;
import io.sallyport.tls.SessionInfo;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/** A session and a chain, in lines for people. */
public final class Description {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
  private static final String INDENT = "  ";

  private Description() {}

  /**
   * What a handshake agreed on.
   *
   * @param stack name and version
   * @param verification how the peer was verified, in words
   */
  public static List<String> session(SessionInfo session, String stack, String verification) {
    Table table = new Table("stack", stack);
    table.row("protocol", session.version().protocol());
    table.row("cipher suite", session.cipherSuite().map(Object::toString).orElse("unknown"));
    table.row("group", session.group().orElse("unknown"));
    table.row("ALPN", session.applicationProtocol().orElse("none"));
    table.row("server name", session.serverName().orElse("none sent"));
    table.row("resumed", session.resumed() ? "yes" : "no");
    table.row("verification", verification);
    return table.lines().stream().map(line -> INDENT + line).toList();
  }

  /** A chain, leaf first. */
  public static List<String> chain(List<X509Certificate> chain) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < chain.size(); i++) {
      X509Certificate certificate = chain.get(i);
      Table table = new Table(i + " subject", certificate.getSubjectX500Principal().toString());
      table.row("  issuer", certificate.getIssuerX500Principal().toString());
      table.row(
          "  valid",
          time(certificate.getNotBefore()) + " to " + time(certificate.getNotAfter()) + " UTC");
      table.row(
          "  key", key(certificate.getPublicKey()) + ", signed by " + certificate.getSigAlgName());
      table.lines().forEach(line -> lines.add(INDENT + line));
    }
    return lines;
  }

  private static String time(Date date) {
    return TIME.format(date.toInstant());
  }

  private static String key(PublicKey key) {
    if (key instanceof RSAKey rsa) {
      return "RSA " + rsa.getModulus().bitLength() + " bits";
    }
    if (key instanceof ECKey ec) {
      return "EC " + ec.getParams().getCurve().getField().getFieldSize() + " bits";
    }
    return key.getAlgorithm();
  }
}
