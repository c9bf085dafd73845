package io.sallyport.hw.ecdsa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whenever a writer is killed, the files are the old or the new ones, and the keys in them work.
 */
class KilledWriterTest {
  @TempDir private Path folder;

  @RepeatedTest(6)
  void filesAreOldOrNewNeverTorn(RepetitionInfo repetition) throws Exception {
    Path a = folder.resolve("a");
    Path b = folder.resolve("b");
    ECPublicKey first =
        new EcdsaProvisioning("esp32h2", a).burnNew(KeyBlocks.p256(4), Protection.FULL);
    Files.copy(a, b, StandardCopyOption.COPY_ATTRIBUTES);
    Files.copy(folder.resolve("a.keys"), folder.resolve("b.keys"));
    ECPublicKey second =
        new EcdsaProvisioning("esp32h2", b).burnNew(KeyBlocks.p256(5), Protection.FULL);

    Process writer = Child.start(List.of("-Xshare:auto"), WriteLoop.class, folder.toString());
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.US_ASCII))) {
      for (int i = 0; i < 10 * repetition.getCurrentRepetition(); i++) {
        assertEquals(String.valueOf(i), lines.readLine());
      }
      writer.destroyForcibly(); // SIGKILL, wherever it is now.
      assertTrue(writer.waitFor(10, TimeUnit.SECONDS));
    }

    int chips = 0;
    for (Path chip = folder.resolve("chip0"); Files.exists(chip); ) {
      EcdsaPeripheral peripheral =
          new EcdsaPeripheral(Chip.ESP32_H2, new EfuseFile(chip), Nonce.RANDOM, new SecureRandom());
      assertTrue(List.of(hex(a), hex(b)).contains(hex(chip)), chip + " is torn");
      assertEquals(first, peripheral.publicKey(KeyBlocks.p256(4)));
      if (hex(chip).equals(hex(b))) {
        assertEquals(second, peripheral.publicKey(KeyBlocks.p256(5)));
      }
      chips++;
      chip = folder.resolve("chip" + chips);
    }
    assertTrue(chips >= 10 * repetition.getCurrentRepetition(), chips + " chips");
  }

  private static String hex(Path file) throws Exception {
    return HexFormat.of().formatHex(Files.readAllBytes(file));
  }
}
