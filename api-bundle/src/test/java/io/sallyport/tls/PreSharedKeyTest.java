package io.sallyport.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreSharedKeyTest {
  private static PreSharedKey key(String identity) throws TlsException {
    return PreSharedKey.of(identity, new byte[16]);
  }

  private static TlsErrorCode code(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(TlsException.class, call).code();
  }

  @ParameterizedTest
  @CsvSource({"1, 16", "128, 256", "10, 32"})
  void takesTheLengthsOfTheField(int identityLength, int keyLength) throws TlsException {
    String identity = "i".repeat(identityLength);
    PreSharedKey key = PreSharedKey.of(identity, new byte[keyLength]);
    assertEquals(identity, key.identity());
    assertEquals(keyLength, key.key().length);
  }

  @ParameterizedTest
  @CsvSource({"0, 16", "129, 16", "1, 15", "1, 257"})
  void refusesWhatIsTooShortOrTooLong(int identityLength, int keyLength) {
    assertEquals(
        TlsErrorCode.SSL_CONF_PSK_FAILED,
        code(() -> PreSharedKey.of("i".repeat(identityLength), new byte[keyLength])));
  }

  @Test
  void keepsACopyThatIsWiped() throws TlsException {
    byte[] bytes = new byte[16];
    bytes[3] = 7;
    PreSharedKey key = PreSharedKey.of("me", bytes);
    bytes[3] = 8;
    assertEquals(7, key.key()[3]);
    assertFalse(key.toString().contains("7"));
    key.destroy();
    assertTrue(key.isDestroyed());
    assertEquals(TlsErrorCode.INVALID_STATE, code(key::key));
  }

  @Test
  void aServerHasKeysOrCertificatesAndNoIdentityTwice() throws TlsException {
    ServerConfig server =
        ServerConfig.builder().preSharedKeys(List.of(key("one"), key("two"))).build();
    assertEquals(2, ((Trust.PreShared) server.trust()).keys().size());
    assertFalse(server.clientCertificateRequired());
    assertEquals(
        TlsErrorCode.INVALID_ARG,
        code(() -> ServerConfig.builder().preSharedKeys(List.of(key("one"), key("one"))).build()));
    assertEquals(TlsErrorCode.INVALID_STATE, code(() -> ServerConfig.builder().build()));
  }

  @Test
  void suitesOfTheOtherKindAreAContradiction() throws TlsException {
    List<CipherSuite> certificate =
        List.of(CipherSuite.parse("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"));
    List<CipherSuite> shared =
        List.of(CipherSuite.parse("TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256"));
    assertEquals(
        TlsErrorCode.INVALID_ARG,
        code(
            () ->
                ClientConfig.builder().preSharedKey(key("me")).cipherSuites(certificate).build()));
    assertEquals(
        TlsErrorCode.INVALID_ARG,
        code(() -> ClientConfig.builder().globalCaStore().cipherSuites(shared).build()));
    assertEquals(
        shared,
        ClientConfig.builder().preSharedKey(key("me")).cipherSuites(shared).build().cipherSuites());
  }

  /**
   * ESP-TLS: a bundle goes before the global store, that before authorities, those before a key.
   */
  @Test
  void isUsedOnlyWhereNothingElseVerifies() throws TlsException {
    ClientConfig both = ClientConfig.builder().preSharedKey(key("me")).globalCaStore().build();
    assertEquals(new Trust.GlobalStore(), both.trust());
    assertEquals(1, both.ignored().size());
    assertTrue(both.ignored().get(0).contains("pre-shared key"), both.ignored().toString());
    ClientConfig alone = ClientConfig.builder().preSharedKey(key("me")).build();
    assertTrue(alone.trust() instanceof Trust.PreShared);
    assertTrue(alone.ignored().isEmpty());
  }

  @Test
  void groupsAreReadByNameAndNumber() throws TlsException {
    assertEquals(NamedGroup.parse("x25519"), NamedGroup.parse("0x001d"));
    assertEquals(NamedGroup.parse("SECP256R1"), NamedGroup.parse("23"));
    assertEquals(NamedGroup.X25519MLKEM768, NamedGroup.parse("4588"));
    assertTrue(NamedGroup.X25519MLKEM768.isPostQuantum());
    assertEquals(TlsErrorCode.INVALID_ARG, code(() -> NamedGroup.parse("P-257")));
    assertArrayEquals(new int[] {0xABCD}, new int[] {NamedGroup.ofNumber(0xABCD).number()});
  }
}
