package io.sallyport.stack.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.testkit.peer.ForeignPeer;
import io.sallyport.testkit.peer.Talk;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Identity;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.PreSharedKey;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.TlsStackContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The own engine against OpenSSL and GnuTLS, which are stricter in different places. */
@Timeout(120)
class LowLevelPeersTest {
  private static final CertificateAuthority CA = CertificateAuthority.root("CN=Peers CA");

  /** With RSA, because GnuTLS does not read the Java platform's form of an EC key. */
  private static final Issued SERVER =
      CA.certificate().dns(Talk.HOST).key(KeyType.RSA_2048).forServers().issue();

  private static final String PSK = "ab".repeat(32);

  private static ClientConfig.Builder client(TlsVersion version) {
    return ClientConfig.builder()
        .authorities(List.of(CA.authorityCertificate()))
        .version(version)
        .sessions();
  }

  private static PreSharedKey key(String identity, String hex) throws TlsException {
    return PreSharedKey.of(identity, HexFormat.of().parseHex(hex));
  }

  /** A stack of its own each time, as another process would have. */
  private static TlsStackContext prepare(ClientConfig.Builder config) throws TlsException {
    return new BouncyCastleStack().prepare(config.build());
  }

  private static ClientSession capture(TlsStackContext context, int port) throws Exception {
    try (Talk talk = Talk.connect(context, port, Optional.empty())) {
      talk.exchange("hello");
      assertFalse(talk.handle.session().resumed());
      return talk.handle.clientSession().orElseThrow();
    }
  }

  // ---- sessions

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource({
    "openssl, TLS_1_2, ''",
    "openssl, TLS_1_2, -no_ticket",
    "openssl, TLS_1_3, ''",
    "openssl, TLS_1_3, -no_ticket", // Tickets that stand for a cache at the server.
    "openssl, TLS_1_3, '-groups P-384'", // Asks for another key share first.
    "openssl, ANY, ''",
    "gnutls, TLS_1_2, ''",
    "gnutls, TLS_1_2, --noticket",
    "gnutls, TLS_1_3, ''", // Refuses a ticket whose age is not right.
    "gnutls, ANY, ''"
  })
  void resumesWhatAnotherStackObjectCaptured(String library, TlsVersion version, String option)
      throws Exception {
    assumeTrue(ForeignPeer.isInstalled(library), library + " is not installed");
    String[] options = option.isEmpty() ? new String[0] : option.split(" ");
    try (ForeignPeer peer =
        library.equals("openssl")
            ? ForeignPeer.openssl(SERVER, options)
            : ForeignPeer.gnutls(SERVER, options)) {
      ClientSession session = capture(prepare(client(version)), peer.port());
      TlsStackContext other = prepare(client(version));
      Thread.sleep(1100); // Some count a ticket's age in seconds.
      for (int time = 0; time < 3; time++) {
        try (Talk talk = Talk.connect(other, peer.port(), Optional.of(session))) {
          talk.exchange("again");
          assertTrue(talk.handle.session().resumed(), "time " + time);
          assertEquals(SERVER.chain(), talk.handle.session().peerCertificates());
          session = talk.handle.clientSession().orElse(session);
        }
      }
    }
  }

  @Test
  void keepsTheSessionOfAPreSharedKeyToItsIdentity() throws Exception {
    assumeTrue(ForeignPeer.isInstalled("openssl"), "openssl is not installed");
    try (ForeignPeer peer =
        ForeignPeer.opensslWithoutCertificate("-psk", PSK, "-psk_identity", "me", "-tls1_2")) {
      ClientConfig.Builder me = ClientConfig.builder().preSharedKey(key("me", PSK)).sessions();
      ClientSession session = capture(prepare(me), peer.port());
      try (Talk talk = Talk.connect(prepare(me), peer.port(), Optional.of(session))) {
        talk.exchange("again");
        assertTrue(talk.handle.session().resumed());
      }
      ClientConfig.Builder other =
          ClientConfig.builder().preSharedKey(key("other", "cd".repeat(32))).sessions();
      TlsStackContext stranger = prepare(other);
      assertThrows(
          TlsException.class,
          () -> Talk.connect(stranger, peer.port(), Optional.of(session)).close());
    }
  }

  /** A handshake with the key itself costs no more, and is not taken for a resumption. */
  @Test
  void keepsNoTicketsOfAPreSharedKeyInTls13() throws Exception {
    assumeTrue(ForeignPeer.isInstalled("openssl"), "openssl is not installed");
    try (ForeignPeer peer =
        ForeignPeer.opensslWithoutCertificate("-psk", PSK, "-psk_identity", "me", "-tls1_3")) {
      TlsStackContext context =
          prepare(ClientConfig.builder().preSharedKey(key("me", PSK)).sessions());
      try (Talk talk = Talk.connect(context, peer.port(), Optional.empty())) {
        talk.exchange("hello");
        assertTrue(talk.handle.clientSession().isEmpty());
        assertFalse(talk.handle.session().resumed());
      }
    }
  }

  // ---- pre-shared keys

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_DHE_PSK_WITH_AES_256_GCM_SHA384",
        "TLS_PSK_WITH_AES_128_GCM_SHA256",
        "TLS_PSK_WITH_AES_256_GCM_SHA384",
        "TLS_PSK_WITH_AES_128_CBC_SHA",
        "TLS_AES_128_GCM_SHA256"
      })
  void usesAPreSharedKeyWithOpenssl(String name) throws Exception {
    assumeTrue(ForeignPeer.isInstalled("openssl"), "openssl is not installed");
    CipherSuite suite = CipherSuite.parse(name);
    try (ForeignPeer peer =
        ForeignPeer.opensslWithoutCertificate(
            "-psk", PSK, "-psk_identity", "me", "-cipher", "ALL:PSK")) {
      TlsStackContext context =
          prepare(ClientConfig.builder().preSharedKey(key("me", PSK)).cipherSuites(List.of(suite)));
      try (Talk talk = Talk.connect(context, peer.port(), Optional.empty())) {
        assertEquals("olleh", talk.exchange("hello"));
        assertEquals(Optional.of(suite), talk.handle.session().cipherSuite());
        assertTrue(talk.handle.session().peerCertificates().isEmpty());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLS_1_2", "TLS_1_3", "ANY"})
  void usesAPreSharedKeyWithGnutls(TlsVersion version) throws Exception {
    assumeTrue(ForeignPeer.isInstalled("gnutls"), "gnutls is not installed");
    Path keys = Files.createTempFile("keys", ".txt");
    try {
      Files.writeString(keys, "me:" + PSK + "\n");
      try (ForeignPeer peer = ForeignPeer.gnutlsWithoutCertificate("--pskpasswd", keys + "")) {
        TlsStackContext good =
            prepare(ClientConfig.builder().preSharedKey(key("me", PSK)).version(version));
        try (Talk talk = Talk.connect(good, peer.port(), Optional.empty())) {
          assertEquals("hello", talk.exchange("hello"));
          assertTrue(talk.handle.session().group().isPresent());
        }
        TlsStackContext wrong =
            prepare(
                ClientConfig.builder().preSharedKey(key("me", "cd".repeat(32))).version(version));
        assertThrows(
            TlsException.class, () -> Talk.connect(wrong, peer.port(), Optional.empty()).close());
      }
    } finally {
      Files.delete(keys);
    }
  }

  // ---- groups

  /** In TLS 1.2 a server looks there for the curve of its certificate. */
  @Test
  void acceptsACertificateOnAnotherCurveThanTheGroup() throws Exception {
    assumeTrue(ForeignPeer.isInstalled("openssl"), "openssl is not installed");
    Issued server = CA.certificate().dns(Talk.HOST).key(KeyType.EC_P256).forServers().issue();
    try (ForeignPeer peer = ForeignPeer.openssl(server)) {
      for (TlsVersion version : TlsVersion.values()) {
        TlsStackContext context =
            prepare(client(version).groups(List.of(NamedGroup.parse("x25519"))));
        try (Talk talk = Talk.connect(context, peer.port(), Optional.empty())) {
          talk.exchange("hello");
          assertEquals(Optional.of("x25519"), talk.handle.session().group());
        }
      }
    }
  }

  // ---- key update

  /** OpenSSL's client asks for new keys of both directions (RFC 8446 section 4.6.3). */
  @Test
  void followsAKeyUpdateAndAnswersIt() throws Exception {
    assumeTrue(ForeignPeer.isInstalled("openssl"), "openssl is not installed");
    ServerConfig config =
        ServerConfig.builder()
            .identity(Identity.of(SERVER.chain(), SERVER.key()))
            .version(TlsVersion.TLS_1_3)
            .insecureKeyLog(line -> {}) // Has the own engine used.
            .build();
    TlsStackContext context = new BouncyCastleStack().prepare(config);
    try (ServerSocketChannel listener =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      Process process =
          new ProcessBuilder(
                  "openssl",
                  "s_client",
                  "-connect",
                  "127.0.0.1:" + ((InetSocketAddress) listener.getLocalAddress()).getPort())
              .redirectErrorStream(true)
              .start();
      try (Talk talk = Talk.accepted(context, listener.accept());
          BufferedReader output =
              new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
          OutputStream input = process.getOutputStream()) {
        talk.handshake();
        type(input, "before");
        assertEquals("before\n", talk.receive(7));
        type(input, "K");
        await(output, "KEYUPDATE");
        type(input, "after");
        assertEquals("after\n", talk.receive(6));
        talk.send("first answer\n");
        talk.send("second answer\n");
        await(output, "first answer");
        await(output, "second answer");
      }
      assertTrue(process.waitFor(10, TimeUnit.SECONDS));
    }
  }

  private static void type(OutputStream input, String line) throws IOException {
    input.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    input.flush();
  }

  private static void await(BufferedReader output, String expected) throws IOException {
    StringBuilder seen = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      seen.append(line).append('\n');
      if (line.equals(expected)) {
        return;
      }
    }
    throw new AssertionError("No line '" + expected + "' in:\n" + seen);
  }
}
