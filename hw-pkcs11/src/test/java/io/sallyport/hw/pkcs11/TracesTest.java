package io.sallyport.hw.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a use: no class, and no PIN. */
@ExtendWith(Needs.ASoftHsm.class)
final class TracesTest {
  private static final String TOKEN = "traces";
  private static final long DEADLINE = TimeUnit.SECONDS.toNanos(20);

  @TempDir private static Path folder;

  private static SoftHsm softHsm;
  private static Path pin;

  @BeforeAll
  static void token() throws Exception {
    softHsm = SoftHsm.in(folder);
    softHsm.token(TOKEN);
    softHsm.key(TOKEN, "key", List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    pin = SoftHsm.pinFile(folder, SoftHsm.PIN);
  }

  /** The bundle's own classes from a loader of their own, all others from the test's. */
  private static final class BundleLoader extends ClassLoader {
    private static final String PACKAGE = Probe.class.getPackageName() + ".";

    BundleLoader() {
      super(BundleLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (!name.startsWith(PACKAGE)) {
          return super.loadClass(name, resolve);
        }
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  private static WeakReference<ClassLoader> usedOnce() throws Exception {
    ClassLoader loader = new BundleLoader();
    Class<?> probe = loader.loadClass(Probe.class.getName());
    assertNotSame(Probe.class, probe);
    Thread device =
        new Thread(
            (Runnable)
                probe
                    .getConstructor(Path.class, Path.class, String.class)
                    .newInstance(softHsm.library(), pin, TOKEN));
    Throwable[] failure = new Throwable[1];
    device.setUncaughtExceptionHandler((thread, error) -> failure[0] = error);
    device.start();
    device.join(TimeUnit.NANOSECONDS.toMillis(DEADLINE));
    assertFalse(device.isAlive());
    assertEquals(null, failure[0]);
    return new WeakReference<>(loader);
  }

  /**
   * Ten times started and stopped. JNA's cleaner thread, which begins with JNA's first use and
   * takes the classes on its stack with it, runs already: it was the fixture that used JNA first.
   */
  @Test
  void noClassLoaderIsLeft() throws Exception {
    for (int i = 0; i < 10; i++) {
      WeakReference<ClassLoader> loader = usedOnce();
      long start = System.nanoTime();
      while (loader.get() != null) {
        assertTrue(System.nanoTime() - start < DEADLINE, "The class loader is still there");
        System.gc();
        Thread.sleep(10); // For the collector's and the reference handler's threads.
      }
    }
  }

  @Test
  void noPinIsInTheHeap() throws Exception {
    Path dump = folder.resolve("use.hprof");
    new Commands(folder, Map.of("SOFTHSM2_CONF", SoftHsm.configuration(folder).toString()))
        .run(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Probe.class.getName(),
            softHsm.library().toString(),
            pin.toString(),
            TOKEN,
            dump.toString());
    byte[] heap = Files.readAllBytes(dump);
    assertTrue(contains(heap, TOKEN, StandardCharsets.ISO_8859_1)); // It would be found.
    for (Charset charset :
        List.of(
            StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE)) {
      assertFalse(contains(heap, SoftHsm.PIN, charset), charset.name());
    }
  }

  private static boolean contains(byte[] heap, String text, Charset charset) {
    byte[] wanted = text.getBytes(charset);
    for (int i = 0; i <= heap.length - wanted.length; i++) {
      int same = 0;
      while (same < wanted.length && heap[i + same] == wanted[same]) {
        same++;
      }
      if (same == wanted.length) {
        return true;
      }
    }
    return false;
  }
}
