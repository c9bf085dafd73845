package io.sallyport.hw.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.DeviceLostException;
import io.sallyport.hw.HeldKey;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.key.KeyHealth;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SignatureException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that go and come back, one or several of a library. */
@ExtendWith(Needs.ASoftHsm.class)
final class LossTest {
  private static final List<String> EC = List.of("-keyalg", "EC", "-groupname", "secp256r1");
  private static final String FIRST = "first";
  private static final String SECOND = "second";

  @TempDir private Path folder;

  private SoftHsm softHsm;
  private Path firstFiles;

  @BeforeEach
  void tokens() throws Exception {
    softHsm = SoftHsm.in(folder);
    softHsm.token(FIRST);
    firstFiles = softHsm.files().get(0);
    softHsm.token(SECOND);
    softHsm.key(FIRST, "one", EC);
    softHsm.key(SECOND, "two", EC);
  }

  private Settings settings(String token) throws Exception {
    Path pin = SoftHsm.pinFile(folder, SoftHsm.PIN);
    return Settings.of(softHsm.settings(pin, "token.label", token), folder);
  }

  private static void assertUnavailable(OpenKeys keys) {
    SignatureException failure = assertThrows(SignatureException.class, keys::sign);
    TlsException cause = assertInstanceOf(TlsException.class, failure.getCause());
    assertEquals(TlsErrorCode.SE_FAILED, cause.code(), cause.getMessage());
    assertEquals(KeyHealth.State.UNAVAILABLE, keys.health().state());
  }

  @Test
  void aTokenThatWasAwayServesAgain() throws Exception {
    try (OpenKeys keys = OpenKeys.open("first", settings(FIRST), new TokenLibraries())) {
      for (int i = 0; i < 3; i++) {
        assertTrue(keys.sign());
        softHsm.takeAway();
        assertUnavailable(keys);
        assertUnavailable(keys);
        softHsm.bringBack();
        assertTrue(keys.sign());
        assertEquals(KeyHealth.State.READY, keys.health().state());
      }
    }
  }

  @Test
  void aLossIsToldAsSuchAndAConnectionWhileAwayIsNoLastingError() throws Exception {
    Settings settings = settings(FIRST);
    TokenLibrary library = new TokenLibrary(settings.library(), Duration.ZERO);
    Pkcs11Hardware hardware = new Pkcs11Hardware(settings, library, warning -> {});
    HeldKey before = hardware.connect().get(0);
    softHsm.takeAway();
    assertThrows(DeviceLostException.class, () -> Signing.works(before));
    hardware.close();
    IOException away = assertThrows(IOException.class, hardware::connect);
    assertFalse(away instanceof TlsException, away.toString());
    softHsm.bringBack();
    HeldKey after = hardware.connect().get(0);
    assertEquals(before.publicKey(), after.publicKey());
    assertTrue(Signing.works(after));
    assertThrows(DeviceLostException.class, () -> Signing.works(before)); // Of the old login.
    hardware.close();
    library.close();
  }

  @Test
  void aTokenThatComesLaterIsFound() throws Exception {
    Settings settings = settings(FIRST);
    TokenLibrary library = new TokenLibrary(settings.library(), Duration.ZERO);
    Pkcs11Hardware hardware = new Pkcs11Hardware(settings, library, warning -> {});
    softHsm.takeAway(firstFiles);
    assertThrows(IOException.class, hardware::connect);
    softHsm.bringBack(firstFiles);
    assertTrue(Signing.works(hardware.connect().get(0)));
    hardware.close();
    library.close();
  }

  @Test
  void theLossOfOneTokenDoesNotStopAnotherOfTheSameLibrary() throws Exception {
    TokenLibraries libraries = new TokenLibraries(Duration.ZERO);
    try (OpenKeys first = OpenKeys.open("first", settings(FIRST), libraries);
        OpenKeys second = OpenKeys.open("second", settings(SECOND), libraries)) {
      assertTrue(first.sign());
      assertTrue(second.sign());
      softHsm.takeAway(firstFiles);
      for (int i = 0; i < 3; i++) {
        assertUnavailable(first);
        assertTrue(second.sign());
      }
      softHsm.bringBack(firstFiles);
      assertTrue(first.sign());
      assertTrue(second.sign());
      assertEquals(KeyHealth.State.READY, second.health().state());
    }
  }

  @Test
  void tokensThatWorkAreDisturbedOncePerPauseOnly() throws Exception {
    Settings settings = settings(SECOND);
    TokenLibrary library = new TokenLibrary(settings.library(), Duration.ofHours(1));
    Pkcs11Hardware hardware = new Pkcs11Hardware(settings, library, warning -> {});
    HeldKey disturbed = hardware.connect().get(0);
    assertTrue(library.restart());
    assertThrows(DeviceLostException.class, () -> Signing.works(disturbed));
    HeldKey key = hardware.connect().get(0);
    assertFalse(library.restart());
    assertTrue(Signing.works(key));
    hardware.close();
    assertTrue(library.restart()); // Nobody is left who could be disturbed.
    library.close();
  }

  @Test
  void anInterruptedThreadLogsOutToo() throws Exception {
    Settings settings = settings(FIRST);
    TokenLibrary library = new TokenLibrary(settings.library(), Duration.ofHours(1));
    Pkcs11Hardware hardware = new Pkcs11Hardware(settings, library, warning -> {});
    HeldKey key = hardware.connect().get(0);
    Thread.currentThread().interrupt();
    try {
      hardware.close();
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertThrows(DeviceLostException.class, () -> Signing.works(key));
    library.close();
  }

  @Test
  void twoUsersOfOneTokenShareItsLogin() throws Exception {
    TokenLibraries libraries = new TokenLibraries();
    try (OpenKeys one = OpenKeys.open("first", settings(FIRST), libraries)) {
      try (OpenKeys other = OpenKeys.open("second", settings(FIRST), libraries)) {
        assertTrue(other.sign());
      }
      assertTrue(one.sign()); // The other's end has not logged this one out.
      softHsm.takeAway();
      assertUnavailable(one);
      softHsm.bringBack();
      assertTrue(one.sign());
    }
  }
}
