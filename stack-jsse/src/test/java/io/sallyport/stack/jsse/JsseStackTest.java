package io.sallyport.stack.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the shared engine handle behaves over buffers that a transport lends. */
class JsseStackTest {
  private static final CertificateAuthority ROOT = CertificateAuthority.root("CN=Root");
  private static final Issued SERVER = ROOT.certificate().dns("server.example").issue();

  private final LendingPipe[] pipes = LendingPipe.pair();
  private TlsHandle client;
  private TlsHandle server;

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = TlsVersion.class,
      names = {"TLS_1_2", "TLS_1_3"})
  void waitsForRoomAtEveryStepOfAHandshake(TlsVersion version) throws Exception {
    open(version);
    boolean done = false;
    int refused = 0;
    for (int round = 0; round < 60 && !done; round++) {
      boolean room = round % 3 == 2;
      pipes[0].open(room);
      pipes[1].open(room);
      pipes[0].deliver();
      Progress atClient = client.handshake();
      pipes[1].deliver();
      Progress atServer = server.handshake();
      refused += atClient == Progress.WANT_WRITE || atServer == Progress.WANT_WRITE ? 1 : 0;
      done = atClient == Progress.DONE && atServer == Progress.DONE;
    }
    assertTrue(done, "the handshake does not end");
    assertTrue(refused >= 2, "refused " + refused);
  }

  @Test
  void takesNothingWhileThereIsNoRoom() throws Exception {
    connect(TlsVersion.TLS_1_3);
    pipes[0].open(false);
    ByteBuffer data = ascii("hello");
    assertEquals(TlsHandle.WANT_WRITE, client.write(data));
    assertEquals(5, data.remaining());
    pipes[0].open(true);
    assertEquals(5, client.write(data));
    assertEquals("hello", readAtServer(100));
  }

  @Test
  void deliversWhatWasGoodBeforeItReportsWhatWasNot() throws Exception {
    connect(TlsVersion.TLS_1_3);
    client.write(ascii("good"));
    client.write(ascii("evil"));
    pipes[0].damageLastByte();
    assertEquals("good", readAtServer(100));
    TlsException failed =
        assertThrows(TlsException.class, () -> server.read(ByteBuffer.allocate(100)));
    assertEquals(TlsErrorCode.SSL_READ_FAILED, failed.code());
  }

  @Test
  void tellsTruncationAfterTheLastByte() throws Exception {
    connect(TlsVersion.TLS_1_3);
    client.write(ascii("last"));
    pipes[1].end();
    assertEquals("last", readAtServer(100));
    TlsException failed =
        assertThrows(TlsException.class, () -> server.read(ByteBuffer.allocate(100)));
    assertEquals(TlsErrorCode.TCP_CLOSED_FIN, failed.code());
  }

  @Test
  void servesARestThatTheCallersBufferHadNoRoomFor() throws Exception {
    connect(TlsVersion.TLS_1_3);
    client.write(ascii("0123456789"));
    assertEquals("012", readAtServer(3));
    assertEquals(7, server.bytesAvailable());
    assertEquals(0, server.read(ByteBuffer.allocate(0)));
    assertEquals("3456789", readAtServer(100));
    assertEquals(0, server.bytesAvailable());
    assertEquals(TlsHandle.WANT_READ, server.read(ByteBuffer.allocate(1)));
  }

  @Test
  void letsTheStackTakeInWhatHasComeWithoutRoomForIt() throws Exception {
    connect(TlsVersion.TLS_1_3);
    client.write(ascii("waiting"));
    pipes[1].deliver();
    assertEquals(0, server.read(ByteBuffer.allocate(0)));
    assertEquals(7, server.bytesAvailable());
  }

  @Test
  void refusesARenegotiation() throws Exception {
    connect(TlsVersion.TLS_1_2);
    client.unwrap(SSLEngine.class).orElseThrow().beginHandshake();
    client.write(ascii("x"));
    pipes[1].deliver();
    TlsException refused =
        assertThrows(TlsException.class, () -> server.read(ByteBuffer.allocate(100)));
    assertEquals(TlsErrorCode.SSL_READ_FAILED, refused.code());
    assertTrue(refused.getMessage().contains("renegotiation"), refused.getMessage());
  }

  @Test
  void keepsTheAnswerToAKeyUpdateUntilThereIsRoom() throws Exception {
    connect(TlsVersion.TLS_1_3);
    readAtClient();
    client.unwrap(SSLEngine.class).orElseThrow().beginHandshake(); // In TLS 1.3 a key update.
    client.write(ascii("after"));
    client.flush();
    pipes[1].open(false);
    pipes[1].deliver();
    ByteBuffer got = ByteBuffer.allocate(100);
    assertEquals(5, server.read(got));
    assertEquals(Progress.WANT_WRITE, server.flush()); // The answer to the key update.
    pipes[1].open(true);
    assertEquals(Progress.DONE, server.flush());
    assertEquals(6, server.write(ascii("answer")));
    pipes[0].deliver();
    assertEquals(6, client.read(ByteBuffer.allocate(100)));
  }

  private void connect(TlsVersion version) throws Exception {
    open(version);
    for (int round = 0; round < 10; round++) {
      pipes[0].deliver();
      Progress atClient = client.handshake();
      pipes[1].deliver();
      Progress atServer = server.handshake();
      if (atClient == Progress.DONE && atServer == Progress.DONE) {
        return;
      }
    }
    throw new AssertionError("the handshake does not end");
  }

  private void open(TlsVersion version) throws Exception {
    JsseStack stack = new JsseStack();
    client =
        stack
            .prepare(
                ClientConfig.builder()
                    .authorities(List.of(ROOT.authorityCertificate()))
                    .version(version)
                    .build())
            .newHandle(new Peer("server.example", 443), pipes[0]);
    server =
        stack
            .prepare(
                ServerConfig.builder()
                    .identity(Identity.of(SERVER.chain(), SERVER.key()))
                    .version(version)
                    .build())
            .newHandle(new Peer("127.0.0.1", 50000), pipes[1]);
  }

  private String readAtServer(int room) throws Exception {
    pipes[1].deliver();
    ByteBuffer got = ByteBuffer.allocate(room);
    server.read(got);
    return StandardCharsets.US_ASCII.decode(got.flip()).toString();
  }

  private void readAtClient() throws Exception {
    pipes[0].deliver();
    assertEquals(TlsHandle.WANT_READ, client.read(ByteBuffer.allocate(100)));
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
