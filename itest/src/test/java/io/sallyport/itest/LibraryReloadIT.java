package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.TlsStacks;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** What cannot be unloaded, and so is exchanged only with the process; docs/FINDINGS.md says so. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class LibraryReloadIT {
  private static final String STACK = "conscrypt";
  private static final String ADAPTER = "io.sallyport.stack.conscrypt";
  private static final String LIBRARY = "org.conscrypt";

  @Inject private TlsStacks stacks;
  @Inject private BundleContext context;

  @Configuration
  public Option[] configuration() {
    return ContainerOptions.all();
  }

  @Test
  public void conscryptsLibraryIsReloadedWithItsBundleButNeverUnloaded() throws Exception {
    awaitStack();
    Bundle library = bundle(LIBRARY);
    Bundle adapter = bundle(ADAPTER);

    long mapped = mappedLibraries();
    assertEquals("Mapped at the start", 1, mapped);
    WeakReference<ClassLoader> oldAdapter = loader(adapter);
    adapter.update();
    refresh(adapter);
    awaitStack();
    assertEquals("An update of the adapter leaves the library alone", 1, mappedLibraries());
    awaitCollected("the adapter", oldAdapter);

    WeakReference<ClassLoader> oldLibrary = loader(library);
    oldAdapter = loader(adapter);
    library.update();
    refresh(library);
    awaitStack();
    assertEquals("A second copy is mapped", 2, mappedLibraries());
    awaitCollected("the adapter that was wired to it", oldAdapter);
    String found = "The library can be unloaded; say so in docs/FINDINGS.md.";
    assertNotNull(found, oldLibrary.get());
    assertEquals(found, 2, mappedLibraries());
  }

  private void awaitStack() throws Exception {
    Await.until(
        STACK + " is a candidate",
        () -> stacks.candidates().stream().map(StackDTO::name).anyMatch(STACK::equals));
    stacks.swap(STACK); // With its proof: handshakes by the library that is there now.
    stacks.swap("jsse");
  }

  private static WeakReference<ClassLoader> loader(Bundle bundle) {
    return new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader());
  }

  private void refresh(Bundle bundle) throws InterruptedException {
    CountDownLatch refreshed = new CountDownLatch(1);
    context
        .getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
        .adapt(FrameworkWiring.class)
        .refreshBundles(List.of(bundle), event -> refreshed.countDown());
    assertTrue(bundle + " is refreshed", refreshed.await(30, TimeUnit.SECONDS));
  }

  private static void awaitCollected(String what, WeakReference<ClassLoader> loader)
      throws Exception {
    Await.until(
        "the earlier revision of " + what + " is collected",
        () -> {
          System.gc();
          return loader.get() == null;
        });
  }

  private static long mappedLibraries() throws IOException {
    return Footprint.now().libraries().entrySet().stream()
        .filter(library -> library.getKey().contains("libconscrypt"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private Bundle bundle(String symbolicName) {
    return Arrays.stream(context.getBundles())
        .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
        .findFirst()
        .orElseThrow();
  }
}
