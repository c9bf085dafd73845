package io.sallyport.hw.pkcs11;

import io.sallyport.hw.DeviceLostException;
import io.sallyport.hw.HeldKey;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What works in a process without JNA; it prints what it sees. */
final class SlotOnly {
  private static final long DEADLINE = TimeUnit.SECONDS.toNanos(20);

  private SlotOnly() {}

  /** Arguments: library, PIN file, token, slot, the file that is there while the card is. */
  public static void main(String[] arguments) throws Exception {
    Pkcs11Hardware labelled = hardware(arguments, "token.label", arguments[2]);
    try {
      labelled.connect();
    } catch (TlsException e) {
      System.out.println("label: " + e.getMessage());
    }
    Pkcs11Hardware card = hardware(arguments, "slot", arguments[3]);
    Path file = Path.of(arguments[4]);
    away(card);
    for (int i = 0; i < 2; i++) {
      away(card);
      Files.createFile(file);
      HeldKey key = awaited(card);
      System.out.println(Signing.works(key) ? "works" : "wrong");
      Files.delete(file);
      try {
        System.out.println(Signing.works(key));
      } catch (DeviceLostException e) {
        System.out.println("lost");
      }
      card.close();
    }
    long pollers =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("Poller-"))
            .count();
    System.out.println("pollers: " + pollers);
  }

  private static Pkcs11Hardware hardware(String[] arguments, String key, String value)
      throws TlsException {
    Settings settings =
        Settings.of(
            Map.of("library", arguments[0], "pin.file", arguments[1], key, value), Path.of("/"));
    return new Pkcs11Hardware(
        settings, new TokenLibrary(settings.library(), Duration.ZERO), warning -> {});
  }

  private static void away(Pkcs11Hardware card) {
    try {
      card.connect();
      System.out.println("connected");
    } catch (IOException e) {
      System.out.println(e instanceof TlsException ? e.getMessage() : "away");
      card.close();
    }
  }

  /** SunPKCS11 looks for a card every two seconds. */
  private static HeldKey awaited(Pkcs11Hardware card) throws Exception {
    long start = System.nanoTime();
    while (true) {
      try {
        List<HeldKey> keys = card.connect();
        return keys.get(0);
      } catch (IOException e) {
        card.close();
        if (System.nanoTime() - start > DEADLINE) {
          throw e;
        }
        Thread.sleep(50); // Only between two looks.
      }
    }
  }
}
