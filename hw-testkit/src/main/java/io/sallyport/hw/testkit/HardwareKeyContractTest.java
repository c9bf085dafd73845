package io.sallyport.hw.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.hw.HardwareKeys;
import io.sallyport.hw.KeyHardware;
import io.sallyport.hw.Limits;
import io.sallyport.stack.bouncycastle.BouncyCastleStack;
import io.sallyport.stack.conscrypt.ConscryptStack;
import io.sallyport.stack.jsse.JsseStack;
import io.sallyport.testkit.contract.Link;
import io.sallyport.testkit.peer.ForeignPeer;
import io.sallyport.testkit.peer.Talk;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.testkit.transport.MemoryTransport;
import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.key.HardwareKey;
import io.sallyport.tls.key.KeyHealth;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every provider of hardware keys must show: mutual TLS with the device's key on each stack,
 * in each version and role, against a key in software and against OpenSSL; keys that give nothing
 * away; and an orderly end. A provider's test extends this and gives its device.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
public abstract class HardwareKeyContractTest {
  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.root("CN=Hardware Test Root");
  private static final Issued SOFTWARE =
      AUTHORITY.certificate().subject("CN=software").dns(Talk.HOST).issue();
  private static final byte[] MESSAGE =
      "what is signed by the device".getBytes(StandardCharsets.US_ASCII);
  private static final Limits LIMITS = new Limits(64, Duration.ofSeconds(20));
  private static final int TALKERS = 8;

  @SuppressWarnings("NullAway.Init") // By opens().
  private HardwareKeys keys;

  @TempDir
  @SuppressWarnings("NullAway.Init") // By JUnit.
  private Path folder;

  /** The name of the provider. */
  protected abstract String name();

  /** A device that works. Called before each test. */
  protected abstract KeyHardware hardware() throws Exception;

  @BeforeEach
  void opens() throws Exception {
    keys = HardwareKeys.open(name(), hardware(), LIMITS, Loggers.quiet());
  }

  @AfterEach
  void closes() {
    keys.close();
  }

  private static List<TlsStackOps> stacks() throws TlsException {
    return List.of(new JsseStack(), new BouncyCastleStack(), new ConscryptStack());
  }

  static Stream<Arguments> cells() throws TlsException {
    List<Arguments> cells = new ArrayList<>();
    for (TlsStackOps stack : stacks()) {
      for (TlsVersion version : List.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3)) {
        for (Role role : Role.values()) {
          cells.add(Arguments.of(stack.name(), version, role, stack));
        }
      }
    }
    return cells.stream();
  }

  private HardwareKey key() throws TlsException {
    return keys.provider().keys().get(0);
  }

  /** The device's key with a certificate that the peers trust. */
  private Identity identity() throws TlsException {
    HardwareKey key = key();
    KeyPair pair = new KeyPair(key.publicKey(), key.privateKey());
    return key.identity(
        AUTHORITY.certificate().subject("CN=device").dns(Talk.HOST).key(pair).issue().chain());
  }

  private static ClientConfig client(Identity own, TlsVersion version, CipherSuite... suites)
      throws TlsException {
    return ClientConfig.builder()
        .authorities(List.of(AUTHORITY.authorityCertificate()))
        .identity(own)
        .version(version)
        .cipherSuites(List.of(suites))
        .build();
  }

  private static ServerConfig server(Identity own, TlsVersion version, CipherSuite... suites)
      throws TlsException {
    return ServerConfig.builder()
        .clientAuthorities(List.of(AUTHORITY.authorityCertificate()))
        .identity(own)
        .version(version)
        .cipherSuites(List.of(suites))
        .build();
  }

  /** As the platform does it: with the device's suites only. */
  private TlsConfig configured(Role role, TlsVersion version) throws TlsException {
    TlsConfig plain =
        role == Role.CLIENT ? client(identity(), version) : server(identity(), version);
    return plain.withIdentity(identity(), key().cipherSuites());
  }

  /** Where a stack cannot keep to the device's suites it must refuse; then there is no more. */
  private boolean refusedFor(TlsStackOps stack, TlsConfig config, Role role) throws TlsException {
    boolean able =
        config.cipherSuites().isEmpty()
            || stack
                .capabilities()
                .supports(Feature.CIPHER_SUITE_SELECTION, config.version(), role);
    if (!able) {
      TlsException refusal = assertThrows(TlsException.class, () -> stack.prepare(config));
      assertEquals(TlsErrorCode.NOT_SUPPORTED, refusal.code());
    }
    return !able;
  }

  @ParameterizedTest(name = "{0} {1} as {2}")
  @MethodSource("cells")
  void mutualTlsWithAKeyInSoftware(
      String stackName, TlsVersion version, Role role, TlsStackOps stack) throws Exception {
    TlsConfig own = configured(role, version);
    if (refusedFor(stack, own, role)) {
      return;
    }
    Identity software = Identity.of(SOFTWARE.chain(), SOFTWARE.key());
    TlsStackOps jsse = new JsseStack();
    try (Link link =
        own instanceof ClientConfig client
            ? new Link(
                stack, client, jsse, server(software, version), Talk.HOST, MemoryTransport.pair())
            : new Link(
                jsse,
                client(software, version),
                stack,
                (ServerConfig) own,
                Talk.HOST,
                MemoryTransport.pair())) {
      link.handshake();
      assertEquals(version, link.client.session().version());
      assertArrayEquals(
          MESSAGE, Link.send(link.client, link.server, ByteBuffer.wrap(MESSAGE), MESSAGE.length));
      assertArrayEquals(
          MESSAGE, Link.send(link.server, link.client, ByteBuffer.wrap(MESSAGE), MESSAGE.length));
      assertTrue((role == Role.CLIENT ? link.client : link.server).mayBlock());
    }
  }

  /** A peer that knows AES-256 only is served, unless the device's suites are others. */
  @ParameterizedTest(name = "{0} {1} as {2}")
  @MethodSource("cells")
  void noOtherSuitesThanTheDevices(
      String stackName, TlsVersion version, Role role, TlsStackOps stack) throws Exception {
    TlsConfig own = configured(role, version);
    if (refusedFor(stack, own, role)) {
      return;
    }
    Identity software = Identity.of(SOFTWARE.chain(), SOFTWARE.key());
    PublicKey shown =
        role == Role.CLIENT ? SOFTWARE.certificate().getPublicKey() : key().publicKey();
    CipherSuite strong =
        CipherSuite.ofName(
                version == TlsVersion.TLS_1_3
                    ? "TLS_AES_256_GCM_SHA384"
                    : shown.getAlgorithm().equals("RSA")
                        ? "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
                        : "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")
            .orElseThrow();
    TlsStackOps jsse = new JsseStack();
    try (Link link =
        own instanceof ClientConfig client
            ? new Link(
                stack,
                client,
                jsse,
                server(software, version, strong),
                Talk.HOST,
                MemoryTransport.pair())
            : new Link(
                jsse,
                client(software, version, strong),
                stack,
                (ServerConfig) own,
                Talk.HOST,
                MemoryTransport.pair())) {
      if (own.cipherSuites().isEmpty() || own.cipherSuites().contains(strong)) {
        link.handshake();
        assertEquals(Optional.of(strong), link.client.session().cipherSuite());
      } else {
        assertThrows(TlsException.class, link::handshake);
      }
    }
  }

  @ParameterizedTest(name = "{0} {1} as {2}")
  @MethodSource("cells")
  void mutualTlsWithOpenssl(String stackName, TlsVersion version, Role role, TlsStackOps stack)
      throws Exception {
    assumeTrue(ForeignPeer.isInstalled("openssl"), "openssl is not installed");
    TlsConfig own = configured(role, version);
    if (refusedFor(stack, own, role)) {
      return;
    }
    TlsStackContext context = stack.prepare(own);
    String option = version == TlsVersion.TLS_1_2 ? "-tls1_2" : "-tls1_3";
    if (role == Role.CLIENT) {
      try (ForeignPeer peer =
              ForeignPeer.opensslVerifying(SOFTWARE, AUTHORITY.authorityCertificate(), option);
          Talk talk = Talk.connect(context, peer.port(), Optional.empty())) {
        assertEquals("ecived", talk.exchange("device")); // OpenSSL turns the line round.
      }
    } else {
      servesOpenssl(context, option);
    }
    context.close();
  }

  private void servesOpenssl(TlsStackContext context, String option) throws Exception {
    Path chain = Files.write(folder.resolve("chain.pem"), Pem.certificates(SOFTWARE.chain()));
    Path key = Files.write(folder.resolve("key.pem"), Pem.privateKey(SOFTWARE.key()));
    Path authority =
        Files.write(
            folder.resolve("authority.pem"),
            Pem.certificates(List.of(AUTHORITY.authorityCertificate())));
    try (ServerSocketChannel listener =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
      Process process =
          new ProcessBuilder(
                  "openssl",
                  "s_client",
                  "-connect",
                  "127.0.0.1:" + port,
                  option,
                  "-quiet",
                  "-servername",
                  Talk.HOST,
                  "-verify_hostname",
                  Talk.HOST,
                  "-verify_return_error",
                  "-CAfile",
                  authority.toString(),
                  "-cert",
                  chain.toString(),
                  "-key",
                  key.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      try (Talk talk = Talk.accepted(context, listener.accept());
          OutputStream input = process.getOutputStream()) {
        talk.handshake();
        input.write("hello\n".getBytes(StandardCharsets.US_ASCII));
        input.flush();
        assertEquals("hello\n", talk.receive(6));
      } finally {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
      }
    }
  }

  /** Each algorithm that the stacks use, verified by the platform. */
  @Test
  void signaturesVerify() throws Exception {
    HardwareKey key = key();
    boolean ec = key.publicKey().getAlgorithm().equals("EC");
    List<String> algorithms =
        ec
            ? List.of("SHA256withECDSA", "SHA384withECDSA", "SHA512withECDSA")
            : List.of("SHA256withRSA", "SHA384withRSA", "SHA512withRSA");
    for (String algorithm : algorithms) {
      byte[] signature = sign(algorithm, key, MESSAGE);
      assertTrue(verifies(algorithm, key.publicKey(), MESSAGE, signature), algorithm);
      signature[signature.length - 1] ^= 1;
      assertFalse(verifies(algorithm, key.publicKey(), MESSAGE, signature), algorithm);
    }
  }

  private static byte[] sign(String algorithm, HardwareKey key, byte[] message) throws Exception {
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key.privateKey());
    signer.update(message);
    return signer.sign();
  }

  private static boolean verifies(String algorithm, PublicKey key, byte[] message, byte[] signature)
      throws Exception {
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(key);
    verifier.update(message);
    return verifier.verify(signature);
  }

  @Test
  void keysGiveNothingAway() throws Exception {
    for (HardwareKey key : keys.provider().keys()) {
      assertNull(key.privateKey().getEncoded());
      assertNull(key.privateKey().getFormat());
      assertFalse(key.id().isEmpty());
      assertTrue(key.privateKey().toString().contains(name()), key.privateKey().toString());
      try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
        assertThrows(NotSerializableException.class, () -> out.writeObject(key.privateKey()));
      }
    }
  }

  @Test
  void manyWaitForTheirTurn() throws Exception {
    HardwareKey key = key();
    String algorithm =
        key.publicKey().getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    ExecutorService threads = Executors.newFixedThreadPool(TALKERS);
    try {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int i = 0; i < TALKERS; i++) {
        byte[] message = ("message " + i).getBytes(StandardCharsets.US_ASCII);
        results.add(
            threads.submit(
                () ->
                    verifies(algorithm, key.publicKey(), message, sign(algorithm, key, message))));
      }
      for (Future<Boolean> result : results) {
        assertTrue(result.get(60, TimeUnit.SECONDS));
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(KeyHealth.State.READY, keys.provider().health().state());
    assertTrue(keys.provider().health().operations() >= TALKERS);
  }

  /** The bundle stops while configurations with its key are prepared: an error, and no more. */
  @ParameterizedTest(name = "{0} {1} as {2}")
  @MethodSource("cells")
  void handshakesFailInOrderAfterTheEnd(
      String stackName, TlsVersion version, Role role, TlsStackOps stack) throws Exception {
    TlsConfig own = configured(role, version);
    if (refusedFor(stack, own, role)) {
      return;
    }
    Identity software = Identity.of(SOFTWARE.chain(), SOFTWARE.key());
    TlsStackOps jsse = new JsseStack();
    TlsStackContext mine = stack.prepare(own);
    TlsStackContext theirs =
        jsse.prepare(role == Role.CLIENT ? server(software, version) : client(software, version));
    keys.close();
    assertNull(Security.getProvider("Sallyport-" + name()));
    boolean isClient = role == Role.CLIENT;
    try (Link link =
        new Link(isClient ? mine : theirs, isClient ? theirs : mine, Talk.HOST, Optional.empty())) {
      TlsException failure = isClient ? link.clientFails() : link.serverFails();
      assertEquals(TlsErrorCode.SE_FAILED, failure.code(), failure.getMessage());
      assertTrue(failure.getMessage().contains(name()), failure.getMessage());
    }
    assertEquals(KeyHealth.State.STOPPED, keys.provider().health().state());
    mine.close();
    theirs.close();
  }
}
