package io.sallyport.itest;

import static org.junit.Assert.assertEquals;

import io.sallyport.hw.ds.DsChip;
import io.sallyport.hw.ds.DsProvisioning;
import io.sallyport.hw.ecdsa.EcdsaProvisioning;
import io.sallyport.hw.ecdsa.KeyBlocks;
import io.sallyport.hw.ecdsa.Protection;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.key.HardwareKey;
import io.sallyport.tls.key.KeyProvider;
import io.sallyport.tls.stack.TlsStacks;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.inject.Inject;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * What is left of a provider of hardware keys after its bundle was updated, and of the stack that
 * used its key: nothing. In each round a route by each provider's key is connected to, then the
 * stack's bundle and the providers' are updated, while other routes go on without a failure.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class HardwareUpdateLeaksIT {
  private static final List<String> STACKS = List.of("conscrypt", "jsse", "bouncycastle");
  private static final List<String> PROVIDERS = List.of("ecdsa", "ds");
  private static final int WARM_UP = Settings.endurance() ? 9 : 3;
  private static final int ROUNDS = Settings.endurance() ? 60 : 3;
  private static final int ROUNDS_OF_A_SAMPLE = Settings.endurance() ? 6 : 3;
  private static final int BLOCK = 4;

  @Inject private TlsStacks stacks;
  @Inject private ConfigurationAdmin configurationAdmin;
  @Inject private BundleContext context;

  private final TestPki pki = new TestPki();
  private final LightLoad load = new LightLoad();
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final Map<String, X509Certificate> certificates = new LinkedHashMap<>();
  private Path folder;
  private TestRoutes routes;
  private LeakWatch watch;
  private Backend backend;
  private SSLContext jdk;

  /** The keys are burnt here, outside of the framework, as at the devices' manufacture. */
  @Configuration
  public Option[] configuration() throws Exception {
    Files.createDirectories(made("efuses.bin").getParent());
    Files.deleteIfExists(made("efuses.bin"));
    new EcdsaProvisioning("esp32h2", made("efuses.bin"))
        .burnNew(KeyBlocks.p256(BLOCK), Protection.FULL);
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    DsProvisioning.write(
        DsChip.ESP32S3,
        (RSAPrivateKey) rsa.generateKeyPair().getPrivate(),
        made("hmac.key"),
        made("ds.bin"));
    return ContainerOptions.all();
  }

  private static Path made(String name) {
    return Settings.work().resolve("hardware-leaks").resolve(name);
  }

  @Before
  public void prepare() throws Exception {
    Await.until("three stacks are candidates", () -> stacks.candidates().size() >= 3);
    folder = Files.createTempDirectory(Files.createDirectories(Settings.work()), "leaks");
    Files.write(folder.resolve("server.pem"), Pem.certificates(pki.server.chain()));
    Files.write(folder.resolve("server.key"), Pem.privateKey(pki.server.key()));
    watch = new LeakWatch(stacks);
    backend = Backend.plain();
    jdk = JdkTls.context(pki.authorities(), pki.client);
    jdk.getClientSessionContext().setSessionCacheSize(1); // It would fill the heap that is watched.
    routes = new TestRoutes(context, configurationAdmin);
    routes.configure(
        "io.sallyport.core",
        Map.of("drain.deadline.ms", LeakWatch.DRAIN_DEADLINE_MS, "stack.policy", "reluctant"));
    routes.configure(
        "io.sallyport.hw.ecdsa",
        Map.of("efuse.file", made("efuses.bin").toString(), "block", BLOCK, "suites", "any"));
    routes.configure(
        "io.sallyport.hw.ds",
        Map.of(
            "chip", "esp32s3",
            "hmac.key.file", made("hmac.key").toString(),
            "parameters.file", made("ds.bin").toString()));
    for (String provider : PROVIDERS) {
      Await.until(provider + " is there", () -> provider(provider).isPresent());
      HardwareKey key = provider(provider).orElseThrow().keys().get(0);
      X509Certificate certificate =
          pki.ca
              .certificate()
              .dns("localhost")
              .subject("CN=" + provider)
              .key(new KeyPair(key.publicKey(), key.privateKey()))
              .issue()
              .certificate();
      Files.write(folder.resolve(provider + ".pem"), Pem.certificates(List.of(certificate)));
      certificates.put(provider, certificate);
      ports.put(
          provider,
          routes.listening(provider, terminate(provider, "server.hardware.key", provider)));
    }
    int port = routes.listening("in", terminate("server", "server.key", file("server.key")));
    load.with("software key", () -> shownOn(port, "TLSv1.3"));
  }

  @After
  public void tidyUp() throws Exception {
    load.close();
    routes.close();
    backend.close();
  }

  @Test
  public void updatesOfProvidersAndOfTheStacksThatUseThemLeaveNothingBehind() throws Exception {
    load.resume();
    updateEach(WARM_UP);
    load.pause();
    watch.sample();
    for (int done = 0; done < ROUNDS; done += ROUNDS_OF_A_SAMPLE) {
      load.resume();
      updateEach(ROUNDS_OF_A_SAMPLE);
      load.pause();
      watch.sample();
    }
    watch.report(Settings.work().resolve("hardware-update-leaks.txt"), load);
    assertEquals("Visits that failed", List.of(), load.failures());
    watch.assertNothingIsLeft();
  }

  private void updateEach(int rounds) throws Exception {
    for (int i = 0; i < rounds; i++) {
      String stack = STACKS.get(i % STACKS.size());
      stacks.swap(stack);
      for (String provider : PROVIDERS) {
        awaitShown(provider, "TLSv1.2");
        awaitShown(provider, "TLSv1.3");
      }
      watch.update(bundle("io.sallyport.stack." + stack));
      for (String provider : PROVIDERS) {
        awaitShown(provider, "TLSv1.3");
        watch.update(bundle("io.sallyport.hw." + provider));
      }
    }
  }

  /** A route finds its device again by itself; until then it ends handshakes. */
  private void awaitShown(String provider, String protocol) throws Exception {
    Await.until(
        "the route by " + provider + " shows its certificate",
        () -> {
          try {
            return certificates.get(provider).equals(shownOn(ports.get(provider), protocol));
          } catch (ConnectException e) {
            throw e;
          } catch (IOException e) {
            return false;
          }
        });
  }

  private X509Certificate shownOn(int port, String protocol) throws Exception {
    try (SSLSocket socket = JdkTls.connect(jdk, port, protocol)) {
      Exchange.small(socket.getInputStream(), socket.getOutputStream());
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private Optional<KeyProvider> provider(String name) throws Exception {
    return context
        .getServiceReferences(KeyProvider.class, "(" + KeyProvider.NAME_PROPERTY + "=" + name + ")")
        .stream()
        .findFirst()
        .map(this::use);
  }

  /** Without keeping it: what is looked at here must not hold it. */
  private KeyProvider use(ServiceReference<KeyProvider> reference) {
    KeyProvider provider = context.getService(reference);
    context.ungetService(reference);
    return provider;
  }

  private Map<String, Object> terminate(String certificate, String key, String value) {
    return Map.of(
        "mode",
        "terminate",
        "listen",
        "127.0.0.1:0",
        "target",
        backend.address(),
        "server.certificate",
        file(certificate + ".pem"),
        key,
        value);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private Bundle bundle(String symbolicName) {
    return Arrays.stream(context.getBundles())
        .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
        .findFirst()
        .orElseThrow();
  }
}
