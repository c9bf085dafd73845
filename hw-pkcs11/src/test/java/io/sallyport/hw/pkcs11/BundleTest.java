package io.sallyport.hw.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.testkit.Loggers;
import io.sallyport.tls.key.HardwareKey;
import io.sallyport.tls.key.KeyHealth;
import io.sallyport.tls.key.KeyProvider;
import java.io.File;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.Signature;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.log.LoggerFactory;

/** The bundle in a framework: its configuration, its service, its end. */
@ExtendWith(Needs.ASoftHsm.class)
final class BundleTest {
  private static final String TOKEN = "bundle token";
  private static final long DEADLINE = TimeUnit.SECONDS.toNanos(20);

  /** What the bundle gets from the test's class path: so both see the same services. */
  private static final String PACKAGES =
      String.join(
          ",",
          "io.sallyport.tls;version=0.1.0",
          "io.sallyport.hw;version=0.1.0",
          "com.sun.jna;version=5.19.1",
          "org.osgi.service.cm;version=1.6.0",
          "org.osgi.service.log;version=1.5.0");

  private final Queue<String> log = new ConcurrentLinkedQueue<>();

  @TempDir private Path folder;

  private SoftHsm softHsm;
  private Framework framework;
  private Bundle bundle;

  @BeforeEach
  void start() throws Exception {
    softHsm = SoftHsm.in(folder);
    softHsm.token(TOKEN);
    softHsm.key(TOKEN, "device", List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    SoftHsm.pinFile(folder, SoftHsm.PIN);
    framework =
        ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow()
            .newFramework(
                Map.of(
                    Constants.FRAMEWORK_STORAGE,
                    folder.resolve("cache").toString(),
                    Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                    PACKAGES,
                    "sallyport.config.dir",
                    folder.toString()));
    framework.start();
    BundleContext context = framework.getBundleContext();
    context.registerService(LoggerFactory.class, loggers(), null);
    for (String library :
        List.of(
            "org.osgi.util.function",
            "org.osgi.util.promise",
            "org.osgi.service.component",
            "org.apache.felix.configadmin",
            "org.apache.felix.scr")) {
      Bundle installed = context.installBundle("file:" + onClassPath(library));
      if (installed.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
        installed.start();
      }
    }
    Path own =
        Path.of(Pkcs11Component.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    bundle = context.installBundle("reference:" + own.toUri());
    bundle.start();
  }

  @AfterEach
  void stop() throws Exception {
    framework.stop();
    framework.waitForStop(TimeUnit.NANOSECONDS.toMillis(DEADLINE));
  }

  private static Path onClassPath(String name) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(path -> path.getFileName().toString().matches(name + "-[0-9.]+\\.jar"))
        .findFirst()
        .orElseThrow();
  }

  private LoggerFactory loggers() {
    return (LoggerFactory)
        Proxy.newProxyInstance(
            LoggerFactory.class.getClassLoader(),
            new Class<?>[] {LoggerFactory.class},
            (proxy, method, arguments) ->
                method.getName().equals("getLogger") ? Loggers.to(log::add) : null);
  }

  private Configuration configure(String pid, Object... more) throws Exception {
    BundleContext context = framework.getBundleContext();
    ServiceReference<ConfigurationAdmin> admin =
        context.getServiceReference(ConfigurationAdmin.class);
    String[] parts = pid.split("~");
    Configuration configuration =
        parts.length == 1
            ? context.getService(admin).getConfiguration(pid, "?")
            : context.getService(admin).getFactoryConfiguration(parts[0], parts[1], "?");
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put("library", softHsm.library().toString());
    properties.put("pin.file", "pin"); // Relative to sallyport.config.dir.
    properties.put("token.label", TOKEN);
    for (int i = 0; i < more.length; i += 2) {
      properties.put((String) more[i], more[i + 1]);
    }
    configuration.update(properties);
    return configuration;
  }

  private KeyProvider provider(String name) throws Exception {
    BundleContext context = framework.getBundleContext();
    await(() -> !references(name).isEmpty(), "the provider " + name);
    return context.getService(references(name).get(0));
  }

  private List<ServiceReference<KeyProvider>> references(String name) throws Exception {
    return List.copyOf(
        framework
            .getBundleContext()
            .getServiceReferences(
                KeyProvider.class, "(" + KeyProvider.NAME_PROPERTY + "=" + name + ")"));
  }

  private interface Condition {
    boolean isMet() throws Exception;
  }

  private void await(Condition condition, String what) throws Exception {
    long start = System.nanoTime();
    while (!condition.isMet()) {
      assertTrue(System.nanoTime() - start < DEADLINE, "Waiting for " + what + "; log: " + log);
      Thread.sleep(10); // Only between two looks.
    }
  }

  private static boolean signs(KeyProvider provider) throws Exception {
    HardwareKey key = provider.keys().get(0);
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(key.privateKey());
    signer.update((byte) 1);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance("SHA256withECDSA");
    verifier.initVerify(key.publicKey());
    verifier.update((byte) 1);
    return verifier.verify(signature);
  }

  @Test
  void aConfigurationBringsTheProviderAndTheBundlesEndTakesIt() throws Exception {
    assertTrue(references("pkcs11").isEmpty());
    configure(Pkcs11Component.PID);
    for (int i = 0; i < 5; i++) {
      KeyProvider provider = provider("pkcs11");
      assertTrue(signs(provider));
      assertNotNull(Security.getProvider("Sallyport-pkcs11"));
      bundle.stop();
      assertTrue(references("pkcs11").isEmpty());
      assertNull(Security.getProvider("Sallyport-pkcs11"));
      assertEquals(KeyHealth.State.STOPPED, provider.health().state());
      bundle.start();
    }
  }

  @Test
  void severalConfigurationsMakeSeveralProvidersOnTheSameLibrary() throws Exception {
    softHsm.token("other token");
    softHsm.key("other token", "other", List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    configure(Pkcs11Component.PID + "~tpm");
    Configuration second = configure(Pkcs11Component.PID + "~card", "token.label", "other token");
    KeyProvider one = provider("pkcs11-tpm");
    KeyProvider other = provider("pkcs11-card");
    assertEquals("device", one.keys().get(0).id());
    assertEquals("other", other.keys().get(0).id());
    assertTrue(signs(one) && signs(other));
    second.delete();
    await(() -> references("pkcs11-card").isEmpty(), "the end of the second");
    assertTrue(signs(one));
  }

  @Test
  void aChangedConfigurationReplacesTheProvider() throws Exception {
    Files.writeString(folder.resolve("wrong"), "000000");
    configure(Pkcs11Component.PID, "pin.file", "wrong");
    await(
        () -> log.stream().anyMatch(line -> line.contains("CKR_PIN_INCORRECT")),
        "the wrong PIN's message");
    configure(Pkcs11Component.PID);
    await(
        () ->
            references("pkcs11").size() == 1
                && provider("pkcs11").health().state() == KeyHealth.State.READY,
        "the right PIN");
    assertTrue(signs(provider("pkcs11")));
    assertTrue(log.stream().noneMatch(line -> line.contains("000000")), log.toString());
  }

  @Test
  void aConfigurationThatCannotWorkIsLogged() throws Exception {
    configure(Pkcs11Component.PID, "slot", 1);
    await(
        () -> log.stream().anyMatch(line -> line.contains("'slot'") && line.contains("error")),
        "the message");
    assertTrue(references("pkcs11").isEmpty());
  }
}
