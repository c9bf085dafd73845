package io.sallyport.tls.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.stack.Role;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeObserverTest {
  private static final byte[] RANDOM = new byte[32];
  private static final int CERTIFICATE = 11;
  private static final int SERVER_KEY_EXCHANGE = 12;
  private static final int SERVER_HELLO_DONE = 14;

  private final HandshakeObserver atServer = new HandshakeObserver(Role.SERVER);

  @ParameterizedTest(name = "records of {0} bytes")
  @ValueSource(ints = {1, 2, 3, 7, 64, 16384})
  void readsAClientHelloHoweverItIsCut(int size) {
    byte[] hello =
        Hello.client(
            Hello.serverName("server.example"),
            Hello.alpn(List.of("h2", "http/1.1")),
            Hello.offeredVersions(0x2a2a, 0x0304, 0x0303));
    feedInbound(atServer, Hello.records(size, hello));

    ClientHello seen = atServer.clientHello().orElseThrow();
    assertEquals(Optional.of("server.example"), seen.serverName());
    assertEquals(List.of("h2", "http/1.1"), seen.applicationProtocols());
    assertEquals(0x0304, seen.highestVersion());
    assertEquals(0x0303, seen.lowestVersion());
  }

  @Test
  void takesTheLegacyVersionWhereThereIsNoList() {
    feedInbound(atServer, Hello.records(16384, Hello.client()));
    assertEquals(0x0303, atServer.clientHello().orElseThrow().highestVersion());
    assertEquals(0, atServer.clientHello().orElseThrow().lowestVersion());
    assertFalse(atServer.clientHello().orElseThrow().alpnOffered());
  }

  @ParameterizedTest(name = "pieces of {0} bytes")
  @ValueSource(ints = {1, 2, 5, 1000})
  void readsTheServersChoiceFromPiecesOfRecords(int piece) {
    byte[] hello =
        Hello.server(0x0303, RANDOM, Hello.chosenVersion(0x0304), Hello.keyShare(0x11EC));
    ByteBuffer records = Hello.records(16384, hello);
    for (int at = 0; at < records.limit(); at += piece) {
      atServer.outbound(records, at, Math.min(records.limit(), at + piece));
    }
    assertEquals(Optional.of("X25519MLKEM768"), atServer.group());
    assertTrue(atServer.serverHello().orElseThrow().isTls13());
    assertFalse(atServer.resumed());
  }

  @Test
  void takesTheGroupAfterARetry() {
    byte[] retryRandom =
        HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");
    byte[] group = Hello.extension(51, new byte[] {0, 0x17});
    ByteBuffer retry =
        Hello.records(16384, Hello.server(0x0303, retryRandom, Hello.chosenVersion(0x0304), group));
    atServer.outbound(retry, 0, retry.limit());
    assertTrue(atServer.serverHello().orElseThrow().retryRequest());

    ByteBuffer hello =
        Hello.records(
            16384,
            Hello.server(0x0303, RANDOM, Hello.chosenVersion(0x0304), Hello.keyShare(0x0017)));
    atServer.outbound(hello, 0, hello.limit());
    assertFalse(atServer.serverHello().orElseThrow().retryRequest());
    assertEquals(Optional.of("secp256r1"), atServer.group());
  }

  @Test
  void seesResumptionInTls13ByThePreSharedKey() {
    ByteBuffer hello =
        Hello.records(
            16384,
            Hello.server(
                0x0303,
                RANDOM,
                Hello.chosenVersion(0x0304),
                Hello.keyShare(0x001D),
                Hello.extension(41, new byte[2])));
    atServer.outbound(hello, 0, hello.limit());
    assertTrue(atServer.resumed());
    assertEquals(Optional.of("x25519"), atServer.group());
  }

  @Test
  void seesAFullHandshakeInTls12() {
    byte[] keyExchange = new Hello().uint8(3).uint16(0x001D).zeros(40).message(SERVER_KEY_EXCHANGE);
    byte[] done = new Hello().message(SERVER_HELLO_DONE);
    byte[] certificate = new Hello().zeros(3000).message(CERTIFICATE);
    outbound(Hello.records(500, Hello.server(0x0303, RANDOM), certificate, keyExchange, done));
    outbound(Hello.changeCipherSpec());
    assertEquals(Optional.of("x25519"), atServer.group());
    assertFalse(atServer.resumed());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256, 0000 03 001d, x25519",
    "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256, 0004 68696e74 03 0018, secp384r1",
    "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256, ffff 03 0018, ''", // A hint beyond its message.
    "TLS_PSK_WITH_AES_128_GCM_SHA256, 0301 0018, ''",
    "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, 0300 ffff, ''", // A prime of 6144 bits.
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 03 0017, secp256r1"
  })
  void findsTheGroupWhereTheSuiteHasIt(String suite, String keyExchange, String group)
      throws Exception {
    int number = CipherSuite.parse(suite).number();
    byte[] hello =
        new Hello().uint16(0x0303).raw(RANDOM).uint8(0).uint16(number).uint8(0).message(2);
    byte[] bytes = HexFormat.of().parseHex(keyExchange.replace(" ", ""));
    outbound(
        Hello.records(16384, hello, new Hello().raw(bytes).zeros(40).message(SERVER_KEY_EXCHANGE)));
    assertEquals(Optional.of(group).filter(name -> !name.isEmpty()), atServer.group());
  }

  @Test
  void seesAnAbbreviatedHandshakeInTls12() {
    outbound(Hello.records(16384, Hello.server(0x0303, RANDOM)));
    outbound(Hello.changeCipherSpec());
    assertTrue(atServer.resumed());
    assertEquals(Optional.empty(), atServer.group());
  }

  @Test
  void seesThatTheClientSentNoCertificate() {
    outbound(Hello.records(16384, Hello.server(0x0303, RANDOM)));
    feedInbound(atServer, Hello.records(16384, new Hello().uint24(0).message(CERTIFICATE)));
    assertTrue(atServer.clientSentNoCertificate());
  }

  @Test
  void readsAnAlert() {
    atServer.inbound(ByteBuffer.wrap(new byte[] {21, 3, 3, 0, 2, 2, 42}));
    assertEquals(42, atServer.alertReceived());
  }

  @Test
  void makesTheBestOfGarbage() {
    Random random = new Random(4711);
    for (int run = 0; run < 2000; run++) {
      HandshakeObserver observer = new HandshakeObserver(run % 2 == 0 ? Role.SERVER : Role.CLIENT);
      for (int record = 0; record < 5; record++) {
        byte[] bytes = new byte[5 + random.nextInt(300)];
        random.nextBytes(bytes);
        bytes[0] = (byte) (20 + random.nextInt(4));
        if (bytes.length > 9 && random.nextBoolean()) {
          bytes[0] = Records.HANDSHAKE;
          bytes[3] = 0;
          bytes[4] = (byte) (bytes.length - 5);
          bytes[5] = (byte) (1 + random.nextInt(2));
          bytes[6] = 0;
          bytes[7] = 0;
          bytes[8] = (byte) (bytes.length - 9);
        }
        assertDoesNotThrow(() -> observer.inbound(ByteBuffer.wrap(bytes)));
        assertDoesNotThrow(() -> observer.outbound(ByteBuffer.wrap(bytes), 0, bytes.length));
      }
      assertDoesNotThrow(observer::group);
    }
  }

  @Test
  void givesUpOnAMessageWithoutEnd() {
    // A message of 16 MiB is announced; endless records of it follow.
    HandshakeObserver observer = new HandshakeObserver(Role.SERVER);
    byte[] record = new byte[5 + 16384];
    record[0] = Records.HANDSHAKE;
    record[1] = 3;
    record[2] = 1;
    record[3] = 0x40;
    record[5] = 1;
    record[6] = (byte) 0xFF;
    record[7] = (byte) 0xFF;
    record[8] = (byte) 0xFF;
    for (int i = 0; i < 100; i++) {
      observer.inbound(ByteBuffer.wrap(record));
    }
    assertTrue(observer.clientHello().isEmpty());
  }

  private static void feedInbound(HandshakeObserver observer, ByteBuffer records) {
    while (records.hasRemaining()) {
      int length = Records.HEADER + Records.fragmentLength(records, records.position());
      observer.inbound(records.slice(records.position(), length));
      records.position(records.position() + length);
    }
  }

  private void outbound(ByteBuffer records) {
    atServer.outbound(records, 0, records.limit());
  }
}
