package io.sallyport.core.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.ClientSessions;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.PortableSession;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionSealerTest {
  private static final byte[] KEY = bytes(ClientSessions.KEY_BYTES, 1);
  private static final byte[] STATE = bytes(700, 2);
  private static final byte[] BINDING = bytes(32, 3);
  private static final Instant EXPIRES = Instant.now().plusSeconds(60);

  private final ClientSessions sealer = new SessionSealer(name -> Optional.empty());

  private static byte[] bytes(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static PortableSession session(TlsVersion version) {
    return new PortableSession("some", version, EXPIRES, BINDING, STATE);
  }

  private static TlsErrorCode code(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(TlsException.class, call).code();
  }

  @ParameterizedTest
  @EnumSource(names = "ANY", mode = EnumSource.Mode.EXCLUDE)
  void whatWasSealedIsReadAgain(TlsVersion version) throws Exception {
    PortableSession read = (PortableSession) sealer.unseal(sealer.seal(session(version), KEY), KEY);
    assertEquals("some", read.stack());
    assertEquals(version, read.version());
    assertArrayEquals(STATE, read.state());
    assertTrue(read.fits("some", BINDING, Instant.now()));
    assertFalse(read.fits("other", BINDING, Instant.now()));
    assertFalse(read.fits("some", bytes(32, 4), Instant.now()));
    assertFalse(read.fits("some", BINDING, EXPIRES.plusSeconds(1)));
  }

  @Test
  void noSealIsLikeAnotherAndNoneShowsTheSecret() throws Exception {
    byte[] one = sealer.seal(session(TlsVersion.TLS_1_2), KEY);
    byte[] two = sealer.seal(session(TlsVersion.TLS_1_2), KEY);
    assertNotEquals(Arrays.toString(one), Arrays.toString(two));
    String text = new String(one, java.nio.charset.StandardCharsets.ISO_8859_1);
    assertFalse(text.contains("some"));
    assertFalse(text.contains("\2\2\2\2\2\2\2\2"));
  }

  @Test
  void everyChangedByteAndEveryCutIsRefused() throws Exception {
    byte[] sealed = sealer.seal(session(TlsVersion.TLS_1_3), KEY);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      TlsErrorCode code = code(() -> sealer.unseal(changed, KEY));
      assertEquals(i == 4 ? TlsErrorCode.INVALID_VERSION : TlsErrorCode.INVALID_ARG, code);
      byte[] cut = Arrays.copyOf(sealed, i);
      assertEquals(TlsErrorCode.INVALID_ARG, code(() -> sealer.unseal(cut, KEY)));
    }
  }

  @Test
  void anotherKeyOrOneOfAnotherLengthIsRefused() throws Exception {
    byte[] sealed = sealer.seal(session(TlsVersion.TLS_1_2), KEY);
    assertEquals(
        TlsErrorCode.INVALID_ARG,
        code(() -> sealer.unseal(sealed, bytes(ClientSessions.KEY_BYTES, 9))));
    assertEquals(TlsErrorCode.INVALID_ARG, code(() -> sealer.unseal(sealed, bytes(16, 1))));
    assertEquals(
        TlsErrorCode.INVALID_ARG,
        code(() -> sealer.seal(session(TlsVersion.TLS_1_2), bytes(16, 1))));
  }

  @Test
  void aClosedSessionAndOneOfAStackThatIsGoneCannotBeSealed() {
    PortableSession closed = session(TlsVersion.TLS_1_2);
    closed.close();
    assertEquals(TlsErrorCode.INVALID_STATE, code(() -> sealer.seal(closed, KEY)));
    assertEquals(TlsErrorCode.INVALID_STATE, code(() -> sealer.seal(new Foreign(), KEY)));
  }

  private static final class Foreign implements ClientSession {
    @Override
    public String stack() {
      return "gone";
    }

    @Override
    public TlsVersion version() {
      return TlsVersion.TLS_1_2;
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }
}
