package io.sallyport.hw.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** How the PIN is dealt with. */
final class PinTest {
  private static final String TOKEN = "pins";
  private static final String WRONG = "135790";

  @TempDir private Path folder;

  private static String everything(Throwable error) {
    StringBuilder all = new StringBuilder();
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      all.append(cause).append('\n');
    }
    return all.toString();
  }

  @Test
  @ExtendWith(Needs.ASoftHsm.class)
  void aWrongPinIsTriedOnceUntilItsFileChanges() throws Exception {
    SoftHsm softHsm = SoftHsm.in(folder);
    softHsm.token(TOKEN);
    softHsm.key(TOKEN, "key", List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    Path pin = SoftHsm.pinFile(folder, WRONG);
    Settings settings = Settings.of(softHsm.settings(pin, "token.label", TOKEN), folder);
    TokenLibraries libraries = new TokenLibraries();
    TokenLibrary library = libraries.acquire(settings.library());
    Pkcs11Hardware hardware = new Pkcs11Hardware(settings, library, warning -> {});

    TlsException refusal = assertThrows(TlsException.class, hardware::connect);
    assertEquals(TlsErrorCode.INVALID_ARG, refusal.code());
    assertTrue(refusal.getMessage().contains(pin.toString()), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("'" + TOKEN + "'"), refusal.getMessage());
    assertFalse(everything(refusal).contains(WRONG), everything(refusal));
    assertFalse(settings.toString().contains(WRONG), settings.toString());

    // From now on the PIN would do: whoever tried it again would succeed.
    softHsm.tool(TOKEN, "--change-pin", "--new-pin", WRONG);
    for (int i = 0; i < 3; i++) {
      hardware.close();
      TlsException again = assertThrows(TlsException.class, hardware::connect);
      assertEquals(refusal.getMessage(), again.getMessage());
    }

    FileTime later = FileTime.fromMillis(Files.getLastModifiedTime(pin).toMillis() + 1000);
    Files.setLastModifiedTime(pin, later);
    assertTrue(Signing.works(hardware.connect().get(0)));
    hardware.close();
    libraries.release(library);
  }

  @Test
  void onlyTheFirstLineOfAFileIsThePin() throws Exception {
    Path file = Files.writeString(folder.resolve("pin"), "1234 ä\r\nanother line\n");
    assertEquals("1234 ä", new String(new PinSource.InFile(file).read()));
  }

  @Test
  void aFileWithoutAPinIsRefused() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty"), "\n1234\n");
    assertRefused(new PinSource.InFile(empty), "is empty");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xC3, (byte) 0x28});
    assertRefused(new PinSource.InFile(binary), "UTF-8");
    Path large = Files.write(folder.resolve("large"), new byte[1025]);
    assertRefused(new PinSource.InFile(large), "longer than");
    assertRefused(new PinSource.InFile(folder.resolve("missing")), "does not exist");
  }

  @Test
  void anEnvironmentVariableWithoutAPinIsRefused() {
    assertRefused(new PinSource.InEnvironment("SALLYPORT_TEST_NOT_SET"), "has no PIN");
  }

  @Test
  void anEnvironmentVariableCanHoldThePin() throws Exception {
    String path = System.getenv("PATH"); // Any variable that each process has.
    assertEquals(path, new String(new PinSource.InEnvironment("PATH").read()));
    assertFalse(new PinSource.InEnvironment("PATH").toString().contains(path));
  }

  private static void assertRefused(PinSource source, String why) {
    TlsException refusal = assertThrows(TlsException.class, source::read);
    assertEquals(TlsErrorCode.INVALID_ARG, refusal.code());
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }
}
