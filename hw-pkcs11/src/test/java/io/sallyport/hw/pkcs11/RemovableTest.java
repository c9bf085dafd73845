package io.sallyport.hw.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.DeviceLostException;
import io.sallyport.hw.HeldKey;
import io.sallyport.tls.TlsException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Cards: SunPKCS11 treats tokens in slots for removable ones in another way. */
@ExtendWith(Needs.ASoftHsm.class)
@ExtendWith(Needs.ACompiler.class)
final class RemovableTest {
  private static final String TOKEN = "card";

  @TempDir private static Path folder;

  private static SoftHsm softHsm;
  private static Removable card;
  private static long slot;

  @BeforeAll
  static void card() throws Exception {
    softHsm = SoftHsm.in(folder);
    softHsm.token(TOKEN);
    softHsm.key(TOKEN, "key", List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    slot = softHsm.slot(TOKEN);
    try (Cryptoki before = Cryptoki.load(softHsm.library())) {
      before.finish();
    }
    card = Removable.of(softHsm, folder);
  }

  private static Settings settings(String key, Object value) throws Exception {
    Map<String, Object> settings =
        softHsm.settings(SoftHsm.pinFile(folder, SoftHsm.PIN), key, value);
    settings.put("library", card.library().toString());
    return Settings.of(settings, folder);
  }

  @Test
  void aCardServesWheneverItIsPluggedIn() throws Exception {
    Settings settings = settings("token.label", TOKEN);
    TokenLibrary library = new TokenLibrary(settings.library(), Duration.ZERO);
    Pkcs11Hardware hardware = new Pkcs11Hardware(settings, library, warning -> {});
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 2; j++) {
        IOException away = assertThrows(IOException.class, hardware::connect);
        assertFalse(away instanceof TlsException, away.toString());
        hardware.close();
      }
      card.plugIn();
      HeldKey key = hardware.connect().get(0);
      assertTrue(Signing.works(key));
      card.plugOut();
      assertThrows(DeviceLostException.class, () -> Signing.works(key));
      hardware.close();
    }
    library.close();
    assertEquals(
        List.of(),
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> name.startsWith("Poller-"))
            .toList());
  }

  /** In a process of its own, whose class path is without JNA. */
  @Test
  void withoutJnaTheSlotNumberWorksAndTheLabelIsAClearError() throws Exception {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("jna-"))
            .collect(Collectors.joining(File.pathSeparator));
    Map<String, String> environment = new HashMap<>(card.environment());
    environment.put("SOFTHSM2_CONF", SoftHsm.configuration(folder).toString());
    String said =
        new Commands(folder, environment)
            .run(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                SlotOnly.class.getName(),
                card.library().toString(),
                SoftHsm.pinFile(folder, SoftHsm.PIN).toString(),
                TOKEN,
                Long.toString(slot),
                card.file().toString());
    assertEquals(
        List.of(
            "label: A token can be found by its 'token.label' only with JNA, which is not here"
                + " (java.lang.NoClassDefFoundError: com/sun/jna/X); install the bundle"
                + " com.sun.jna, or give 'slot'.",
            "away",
            "away",
            "works",
            "lost",
            "away",
            "works",
            "lost",
            "pollers: 0"),
        said.lines().map(line -> line.replaceFirst("jna/\\w+", "jna/X")).toList());
  }
}
