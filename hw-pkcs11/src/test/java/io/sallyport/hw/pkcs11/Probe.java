package io.sallyport.hw.pkcs11;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.sallyport.hw.HeldKey;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;

/** Uses a token where a test wants it: in another class loader, or in another process. */
public final class Probe implements Runnable {
  private final Path library;
  private final Path pin;
  private final String token;

  /** A use of the only key of a token. */
  public Probe(Path library, Path pin, String token) {
    this.library = library;
    this.pin = pin;
    this.token = token;
  }

  /** From the start of a bundle to its end. */
  @Override
  public void run() {
    use(() -> {});
  }

  private void use(Runnable meanwhile) {
    try {
      Settings settings =
          Settings.of(
              Map.of(
                  "library", library.toString(),
                  "pin.file", pin.toString(),
                  "token.label", token),
              pin.getParent());
      TokenLibraries libraries = new TokenLibraries();
      TokenLibrary shared = libraries.acquire(settings.library());
      Pkcs11Hardware hardware = new Pkcs11Hardware(settings, shared, warning -> {});
      HeldKey key = hardware.connect().get(0);
      if (!Signing.works(key)) {
        throw new IllegalStateException("The signature is wrong");
      }
      meanwhile.run();
      if (!Signing.works(key)) {
        throw new IllegalStateException("The second signature is wrong");
      }
      hardware.close();
      libraries.release(shared);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Writes a heap dump while a token is in use.
   *
   * @param arguments library, PIN file, token, dump
   */
  public static void main(String[] arguments) {
    new Probe(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2])
        .use(
            () -> {
              try {
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpHeap(arguments[3], false);
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
  }
}
