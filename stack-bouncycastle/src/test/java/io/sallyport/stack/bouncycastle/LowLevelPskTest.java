package io.sallyport.stack.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.contract.Link;
import io.sallyport.testkit.peer.Talk;
import io.sallyport.testkit.transport.MemoryTransport;
import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.Peer;
import io.sallyport.tls.PreSharedKey;
import io.sallyport.tls.Progress;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.TlsStackContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Vector;
import java.util.stream.Stream;
import org.bouncycastle.tls.BasicTlsPSKExternal;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pre-shared keys on both sides: every suite, and what depends on the suite. */
@Timeout(60)
class LowLevelPskTest {
  private static final byte[] KEY =
      "a key of thirty-two bytes, no less".getBytes(StandardCharsets.US_ASCII);

  private static ClientConfig.Builder client() throws TlsException {
    return ClientConfig.builder().preSharedKey(PreSharedKey.of("me", KEY));
  }

  private static ServerConfig.Builder server() throws TlsException {
    return ServerConfig.builder().preSharedKeys(List.of(PreSharedKey.of("me", KEY)));
  }

  private static Link link(ClientConfig.Builder client, ServerConfig.Builder server)
      throws TlsException {
    BouncyCastleStack stack = new BouncyCastleStack();
    return new Link(
        stack, client.build(), stack, server.build(), Talk.HOST, MemoryTransport.pair());
  }

  private static void exchange(Link link) throws TlsException {
    link.handshake();
    Link.send(link.client, link.server, ByteBuffer.allocate(40_000), 40_000);
    Link.send(link.server, link.client, ByteBuffer.allocate(40_000), 40_000);
  }

  static Stream<CipherSuite> suites() throws TlsException {
    return new BouncyCastleStack().cipherSuites().stream().filter(CipherSuite::isPreShared);
  }

  @ParameterizedTest
  @MethodSource("suites")
  void everySuiteThatIsListedWorks(CipherSuite suite) throws Exception {
    try (Link link =
        link(client().cipherSuites(List.of(suite)), server().cipherSuites(List.of(suite)))) {
      exchange(link);
      for (TlsHandle side : List.of(link.client, link.server)) {
        assertEquals(Optional.of(suite), side.session().cipherSuite());
        assertEquals(
            suite.name().startsWith("TLS_ECDHE"), side.session().group().isPresent(), "group");
        assertFalse(side.session().resumed());
      }
    }
  }

  static Stream<CipherSuite> suitesWithACurve() throws TlsException {
    return suites().filter(suite -> suite.name().startsWith("TLS_ECDHE"));
  }

  @ParameterizedTest
  @MethodSource("suitesWithACurve")
  void theGroupIsTheConfiguredOneOrTheHandshakeFails(CipherSuite suite) throws Exception {
    List<NamedGroup> only = List.of(NamedGroup.parse("secp384r1"));
    try (Link link =
        link(
            client().cipherSuites(List.of(suite)),
            server().cipherSuites(List.of(suite)).groups(only))) {
      exchange(link);
      assertEquals(Optional.of("secp384r1"), link.client.session().group());
    }
    try (Link link =
        link(
            client().cipherSuites(List.of(suite)).groups(List.of(NamedGroup.parse("x25519"))),
            server().cipherSuites(List.of(suite)).groups(only))) {
      link.serverFails();
    }
  }

  @Test
  void aFiniteFieldIsTheConfiguredOneOrTheHandshakeFails() throws Exception {
    List<CipherSuite> suite = List.of(CipherSuite.parse("TLS_DHE_PSK_WITH_AES_256_GCM_SHA384"));
    List<NamedGroup> large = List.of(NamedGroup.parse("ffdhe3072"));
    try (Link link =
        link(
            client().cipherSuites(suite).groups(large),
            server().cipherSuites(suite).groups(large))) {
      exchange(link);
    }
    try (Link link =
        link(
            client().cipherSuites(suite).groups(List.of(NamedGroup.parse("ffdhe2048"))),
            server().cipherSuites(suite).groups(large))) {
      link.serverFails();
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void theNewestVersionThatBothAllowIsUsed(TlsVersion client, TlsVersion server) throws Exception {
    try (Link link = link(client().version(client), server().version(server))) {
      exchange(link);
      boolean both = client.allows(TlsVersion.TLS_1_3) && server.allows(TlsVersion.TLS_1_3);
      assertEquals(both ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2, link.client.session().version());
    }
  }

  static Stream<Arguments> versions() {
    return Arrays.stream(TlsVersion.values())
        .flatMap(
            client ->
                Arrays.stream(TlsVersion.values())
                    .filter(
                        server ->
                            client == server
                                || client == TlsVersion.ANY
                                || server == TlsVersion.ANY)
                    .map(server -> Arguments.of(client, server)));
  }

  @Test
  void inTls13TheSuiteHasTheHashOfTheKey() throws Exception {
    List<CipherSuite> list =
        List.of(
            CipherSuite.parse("TLS_AES_256_GCM_SHA384"),
            CipherSuite.parse("TLS_AES_128_GCM_SHA256"));
    try (Link link = link(client().cipherSuites(list), server().cipherSuites(list))) {
      exchange(link);
      assertEquals(Optional.of(list.get(1)), link.client.session().cipherSuite());
    }
    TlsException refused =
        assertThrows(
            TlsException.class,
            () ->
                new BouncyCastleStack()
                    .prepare(client().cipherSuites(list.subList(0, 1)).build())
                    .close());
    assertEquals(TlsErrorCode.INVALID_ARG, refused.code());
    assertTrue(refused.getMessage().contains("SHA-256"), refused.getMessage());
  }

  @Test
  void groupsThatTheStackDoesNotHaveAreRefusedBeforehand() throws Exception {
    TlsException refused =
        assertThrows(
            TlsException.class,
            () ->
                new BouncyCastleStack()
                    .prepare(client().groups(List.of(NamedGroup.parse("brainpoolP256r1"))).build())
                    .close());
    assertEquals(TlsErrorCode.NOT_SUPPORTED, refused.code());
    assertTrue(refused.getMessage().contains("brainpoolP256r1"), refused.getMessage());
  }

  /** "The server MUST ignore the value" for keys that come from elsewhere (RFC 8446, 4.2.11). */
  @Test
  void theAgeOfAnExternalKeyIsIgnored() throws Exception {
    TlsStackContext context =
        new BouncyCastleStack().prepare(server().version(TlsVersion.TLS_1_3).build());
    MemoryTransport.Pair wire = MemoryTransport.pair();
    AgedProtocol client = new AgedProtocol();
    try (TlsHandle handle = context.newHandle(new Peer("client.test", 1), wire.right())) {
      client.connect(new ExternalKeyClient(new PlatformCrypto().watched()));
      Progress progress = Progress.WANT_READ;
      for (int step = 0; step < 20 && progress != Progress.DONE; step++) {
        byte[] out = new byte[client.getAvailableOutputBytes()];
        client.readOutput(out, 0, out.length);
        wire.left().write(ByteBuffer.wrap(out));
        progress = handle.handshake();
        ByteBuffer in = ByteBuffer.allocate(1 << 16);
        if (wire.left().read(in) > 0) {
          client.offerInput(in.array(), 0, in.position());
        }
      }
      assertEquals(Progress.DONE, progress);
      assertTrue(client.aged);
    }
    context.close();
  }

  /** Gives its key an age, as for a ticket. */
  private static final class AgedProtocol extends TlsClientProtocol {
    private boolean aged;

    @Override
    protected void sendClientHelloMessage() throws IOException {
      byte[] offered =
          TlsUtils.getExtensionData(
              clientHello.getExtensions(), TlsExtensionsUtils.EXT_pre_shared_key);
      TlsUtils.writeUint32(0x01020304, offered, offered.length - Integer.BYTES);
      aged = true;
      super.sendClientHelloMessage();
    }
  }

  private static final class ExternalKeyClient extends DefaultTlsClient {
    ExternalKeyClient(TlsCrypto crypto) {
      super(crypto);
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
      return ProtocolVersion.TLSv13.only();
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Vector getExternalPSKs() {
      byte[] identity = "me".getBytes(StandardCharsets.UTF_8);
      return TlsUtils.vectorOfOne(
          new BasicTlsPSKExternal(identity, getCrypto().createSecret(KEY.clone())));
    }

    @Override
    public TlsAuthentication getAuthentication() {
      throw new AssertionError("The server shows a certificate.");
    }
  }
}
