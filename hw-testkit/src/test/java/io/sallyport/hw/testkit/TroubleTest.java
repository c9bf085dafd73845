package io.sallyport.hw.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.HardwareKeys;
import io.sallyport.hw.Limits;
import io.sallyport.hw.testkit.SoftwareDevice.Trouble;
import io.sallyport.stack.bouncycastle.BouncyCastleStack;
import io.sallyport.stack.conscrypt.ConscryptStack;
import io.sallyport.stack.jsse.JsseStack;
import io.sallyport.testkit.contract.Link;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.testkit.transport.MemoryTransport;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.key.HardwareKey;
import io.sallyport.tls.key.KeyHealth;
import io.sallyport.tls.stack.TlsStackOps;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Signature;
import java.security.SignatureException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens when the device is lost, slow, or refuses. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TroubleTest {
  private static final CertificateAuthority AUTHORITY = CertificateAuthority.root("CN=Root");

  private final List<String> log = new CopyOnWriteArrayList<>();
  private final SoftwareDevice device =
      new SoftwareDevice(List.of(KeyType.EC_P256.generate(), KeyType.RSA_2048.generate()));
  private final HardwareKeys keys;

  TroubleTest() throws TlsException {
    keys = open(new Limits(2, Duration.ofSeconds(20)));
  }

  private HardwareKeys open(Limits limits) throws TlsException {
    return HardwareKeys.open("troubled", device, limits, Loggers.to(log::add));
  }

  @AfterEach
  void close() {
    keys.close();
  }

  private HardwareKey key() throws TlsException {
    return keys.provider().keys().get(0);
  }

  private static byte[] sign(HardwareKey key) throws Exception {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key.privateKey());
    signature.update("message".getBytes(StandardCharsets.US_ASCII));
    return signature.sign();
  }

  private static TlsException causeOf(SignatureException failure) {
    return (TlsException) failure.getCause();
  }

  @Test
  void aResetIsNotNoticed() throws Exception {
    HardwareKey key = key();
    device.trouble(Trouble.RESET);
    sign(key);
    assertEquals(2, device.connects());
    assertEquals(KeyHealth.State.READY, keys.provider().health().state());
    assertSame(key.privateKey(), key().privateKey(), "the same key after it was found again");
  }

  @Test
  void aLossIsSurvived() throws Exception {
    HardwareKey key = key();
    device.trouble(Trouble.UNPLUGGED);
    SignatureException failure = assertThrows(SignatureException.class, () -> sign(key));
    assertEquals(TlsErrorCode.SE_FAILED, causeOf(failure).code());
    assertTrue(failure.getMessage().contains("plug it in"), failure.getMessage());
    assertEquals(KeyHealth.State.UNAVAILABLE, keys.provider().health().state());
    assertTrue(log.get(log.size() - 1).startsWith("warn"), log.toString());
    device.trouble(Trouble.NONE);
    sign(key);
    assertEquals(KeyHealth.State.READY, keys.provider().health().state());
    assertEquals(1, keys.provider().health().operations());
    assertEquals(1, keys.provider().health().failures());
  }

  @Test
  void aDeviceThatIsNotThereAtTheStartIsFoundLater() throws Exception {
    device.trouble(Trouble.UNPLUGGED);
    assertEquals(TlsErrorCode.SE_FAILED, assertThrows(TlsException.class, this::key).code());
    device.trouble(Trouble.NONE);
    sign(key());
  }

  @Test
  void aRefusalIsNotRepeated() throws Exception {
    HardwareKey key = key();
    device.trouble(Trouble.REFUSING);
    SignatureException failure = assertThrows(SignatureException.class, () -> sign(key));
    assertEquals("The device refuses; ask its maker.", failure.getMessage());
    assertEquals(1, device.connects());
  }

  @Test
  void anUnknownKeyIsNamedWithThoseThereAre() {
    TlsException failure =
        assertThrows(
            TlsException.class, () -> keys.provider().key(KeyReference.of("troubled", "7")));
    assertEquals(TlsErrorCode.INVALID_ARG, failure.code());
    assertEquals("There is no key '7' of troubled; it holds: 0, 1.", failure.getMessage());
  }

  @Test
  void tooManyAreRefusedAndNobodyWaitsForEver() throws Exception {
    keys.close();
    try (HardwareKeys impatient = open(new Limits(2, Duration.ofMillis(500)))) {
      HardwareKey key = impatient.provider().keys().get(0);
      device.trouble(Trouble.HANGING);
      ExecutorService threads = Executors.newFixedThreadPool(6);
      List<TlsErrorCode> codes = new ArrayList<>();
      try {
        List<Future<SignatureException>> failures = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          failures.add(
              threads.submit(() -> assertThrows(SignatureException.class, () -> sign(key))));
        }
        for (Future<SignatureException> failure : failures) {
          codes.add(causeOf(failure.get(10, TimeUnit.SECONDS)).code());
        }
      } finally {
        threads.shutdownNow();
      }
      assertTrue(codes.contains(TlsErrorCode.TIMEOUT), codes.toString());
      assertEquals(3, codes.stream().filter(TlsErrorCode.SE_FAILED::equals).count(), "refused");
      device.trouble(Trouble.NONE);
      sign(key);
    }
  }

  @Test
  void twoProvidersOfOneNameAreRefused() {
    TlsException failure =
        assertThrows(TlsException.class, () -> open(new Limits(1, Duration.ofSeconds(1))));
    assertEquals(TlsErrorCode.INVALID_STATE, failure.code());
  }

  @Test
  void twoProvidersStandSideBySide() throws Exception {
    SoftwareDevice other = new SoftwareDevice(List.of(KeyType.EC_P256.generate()));
    try (HardwareKeys second =
        HardwareKeys.open(
            "second", other, new Limits(2, Duration.ofSeconds(20)), Loggers.quiet())) {
      sign(key());
      sign(second.provider().keys().get(0));
      assertEquals(1, keys.provider().health().operations());
      assertEquals(1, second.provider().health().operations());
    }
  }

  static Stream<Arguments> stacks() throws TlsException {
    return Stream.of(new JsseStack(), new BouncyCastleStack(), new ConscryptStack())
        .flatMap(
            stack ->
                Stream.of(
                    Arguments.of(stack.name(), TlsVersion.TLS_1_2, stack),
                    Arguments.of(stack.name(), TlsVersion.TLS_1_3, stack)));
  }

  /** Whatever a library makes of it: the sentence of the device arrives. */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("stacks")
  void aHandshakeTellsWhatTheDeviceSaid(String name, TlsVersion version, TlsStackOps stack)
      throws Exception {
    for (HardwareKey key : keys.provider().keys()) {
      KeyPair pair = new KeyPair(key.publicKey(), key.privateKey());
      Identity own =
          key.identity(AUTHORITY.certificate().dns("server.test").key(pair).issue().chain());
      ServerConfig server = ServerConfig.builder().identity(own).version(version).build();
      ClientConfig client =
          ClientConfig.builder()
              .authorities(List.of(AUTHORITY.authorityCertificate()))
              .version(version)
              .build();
      device.trouble(Trouble.REFUSING);
      try (Link link =
          new Link(stack, client, stack, server, "server.test", MemoryTransport.pair())) {
        TlsException failure = link.serverFails();
        assertEquals(TlsErrorCode.SE_FAILED, failure.code(), failure.getMessage());
        assertEquals(
            "The TLS handshake with client.test:40000 failed for the own key: The device refuses;"
                + " ask its maker.",
            failure.getMessage());
      }
      device.trouble(Trouble.NONE);
      try (Link link =
          new Link(stack, client, stack, server, "server.test", MemoryTransport.pair())) {
        link.handshake();
      }
    }
  }
}
