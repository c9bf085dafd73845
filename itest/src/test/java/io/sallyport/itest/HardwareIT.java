package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.sallyport.hw.ecdsa.EcdsaProvisioning;
import io.sallyport.hw.ecdsa.KeyBlocks;
import io.sallyport.hw.ecdsa.Protection;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.Tls;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.key.HardwareKey;
import io.sallyport.tls.key.KeyHealth;
import io.sallyport.tls.key.KeyProvider;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.TlsStacks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Hashtable;
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

/** A key in hardware in a framework: it comes and goes with its bundle, on whichever stack. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class HardwareIT {
  private static final List<String> PLAIN = List.of("conscrypt", "jsse", "bouncycastle");
  private static final String PROVIDER = "ecdsa";
  private static final String JCA = "Sallyport-ecdsa";
  private static final int BLOCK = 4;

  @Inject private Tls tls;
  @Inject private TlsStacks stacks;
  @Inject private ConfigurationAdmin configurationAdmin;
  @Inject private BundleContext context;

  private final TestPki pki = new TestPki();
  private final List<org.osgi.service.cm.Configuration> configurations = new ArrayList<>();
  private Path folder;
  private Backend backend;
  private SSLContext jdk;
  private X509Certificate certificate;

  /** The key is burnt here, outside of the framework, as at the device's manufacture. */
  @Configuration
  public Option[] configuration() throws IOException {
    Path efuses = efuses();
    Files.createDirectories(efuses.getParent());
    Files.deleteIfExists(efuses);
    new EcdsaProvisioning("esp32h2", efuses).burnNew(KeyBlocks.p256(BLOCK), Protection.FULL);
    return ContainerOptions.all();
  }

  private static Path efuses() {
    return Settings.work().resolve("hardware/efuses.bin");
  }

  @Before
  public void prepare() throws Exception {
    Await.until("three stacks are candidates", () -> stacks.candidates().size() >= 3);
    folder = Files.createTempDirectory(Files.createDirectories(Settings.work()), "hardware");
    backend = Backend.plain();
    jdk = JdkTls.context(pki.authorities(), pki.client);
    configure(
        configurationAdmin.getConfiguration("io.sallyport.hw.ecdsa", "?"),
        // Conscrypt cannot be told which suites of TLS 1.3 to offer.
        Map.of("efuse.file", efuses().toString(), "block", BLOCK, "suites", "any"));
    Await.until("the provider is there", () -> provider().isPresent());
    HardwareKey key = provider().orElseThrow().keys().get(0);
    KeyPair pair = new KeyPair(key.publicKey(), key.privateKey());
    certificate =
        pki.ca.certificate().dns("localhost").subject("CN=device").key(pair).issue().certificate();
    Files.write(folder.resolve("device.pem"), Pem.certificates(List.of(certificate)));
    Files.write(folder.resolve("ca.pem"), Pem.certificates(pki.authorities()));
    Files.write(folder.resolve("server.pem"), Pem.certificates(pki.server.chain()));
    Files.write(folder.resolve("server.key"), Pem.privateKey(pki.server.key()));
  }

  @After
  public void tidyUp() throws Exception {
    stacks.swap("jsse");
    for (org.osgi.service.cm.Configuration configuration : configurations) {
      configuration.delete();
    }
    backend.close();
    Await.until("the provider has gone", () -> provider().isEmpty());
  }

  @Test
  public void routesAuthenticateByItOnEachStackInBothVersions() throws Exception {
    for (String version : List.of("1.2", "1.3")) {
      Map<String, Object> values = byHardware();
      values.put("server.tls.version", version);
      values.put("server.client.ca", file("ca.pem"));
      int port = listening("hardware" + version, values);
      for (String stack : PLAIN) {
        stacks.swap(stack);
        assertEquals(certificate, shownOn(port, "TLSv" + version));
      }
    }
  }

  @Test
  public void connectionsAuthenticateByItOnEachStackInBothVersions() throws Exception {
    Map<String, Object> values = bySoftware();
    values.put("server.client.ca", file("ca.pem"));
    int port = listening("asking", values);
    for (TlsVersion version : List.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3)) {
      ClientConfig config =
          ClientConfig.builder()
              .authorities(pki.authorities())
              .hardwareKey(
                  KeyReference.ecdsaPeripheral(BLOCK).withCertificates(List.of(certificate)))
              .version(version)
              .build();
      for (String stack : PLAIN) {
        stacks.swap(stack);
        try (TlsConnection connection = tls.connect("localhost", port, config)) {
          assertEquals(stack, connection.session().stack());
          Exchange.small(ConnectionStreams.input(connection), ConnectionStreams.output(connection));
        }
      }
    }
  }

  @Test
  public void itComesAndGoesWithItsBundle() throws Exception {
    int port = listening("hardware", byHardware());
    ClientConfig config =
        ClientConfig.builder()
            .authorities(pki.authorities())
            .hardwareKey(KeyReference.of(PROVIDER).withCertificates(List.of(certificate)))
            .build();
    Bundle bundle = bundle("io.sallyport.hw.ecdsa");
    assertNotNull(Security.getProvider(JCA));
    for (String stack : PLAIN) {
      stacks.swap(stack);
      try (SSLSocket open = JdkTls.connect(jdk, port)) {
        KeyProvider gone = provider().orElseThrow();
        bundle.stop();
        assertNull(Security.getProvider(JCA));
        assertTrue(provider().isEmpty());
        assertEquals(KeyHealth.State.STOPPED, gone.health().state());
        assertThrows(IOException.class, () -> shownOn(port, "TLSv1.3"));
        TlsException missing =
            assertThrows(TlsException.class, () -> tls.connect("localhost", port, config));
        assertEquals(missing.getMessage(), TlsErrorCode.SE_FAILED, missing.code());
        assertTrue(missing.getMessage(), missing.getMessage().contains("there are: none"));
        // What has its keys agreed on needs the device no more.
        Exchange.small(open.getInputStream(), open.getOutputStream());
        bundle.start();
        Await.until(
            "the route finds it again",
            () -> {
              try {
                return certificate.equals(shownOn(port, "TLSv1.3"));
              } catch (IOException e) {
                return false;
              }
            });
        assertNotNull(Security.getProvider(JCA));
      }
    }
  }

  @Test
  public void aWholeGatewaySwapsToTheHardwareIdentityInOneStep() throws Exception {
    configure(
        configurationAdmin.getConfiguration("io.sallyport.hw.ecdsa", "?"),
        Map.of(
            "efuse.file",
            efuses().toString(),
            "block",
            BLOCK,
            "suites",
            "any",
            "certificate",
            file("device.pem")));
    int port = listening("software", bySoftware());
    for (String stack : PLAIN) {
      stacks.swap(stack);
      assertEquals(pki.server.certificate(), shownOn(port, "TLSv1.3"));
      Await.until(
          "its stack is on " + stack,
          () -> keyed().filter(on -> on.libraryVersion().startsWith("on " + stack)).isPresent());
      stacks.swap(PROVIDER);
      for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
        assertEquals(certificate, shownOn(port, protocol));
      }
    }
    stacks.swap("jsse");
    assertEquals(pki.server.certificate(), shownOn(port, "TLSv1.3"));
  }

  @Test
  public void itMovesToAnotherPlainStackWhenItsOwnStops() throws Exception {
    configure(
        configurationAdmin.getConfiguration("io.sallyport.hw.ecdsa", "?"),
        Map.of(
            "efuse.file",
            efuses().toString(),
            "block",
            BLOCK,
            "suites",
            "any",
            "certificate",
            file("device.pem")));
    int port = listening("software", bySoftware());
    stacks.swap("conscrypt");
    Await.until(
        "its stack is on conscrypt",
        () -> keyed().filter(on -> on.libraryVersion().startsWith("on conscrypt")).isPresent());
    stacks.swap(PROVIDER);
    Bundle conscrypt = bundle("io.sallyport.stack.conscrypt");
    conscrypt.stop();
    try {
      assertEquals(PROVIDER, stacks.registered().orElseThrow().name());
      assertEquals(certificate, shownOn(port, "TLSv1.3"));
    } finally {
      conscrypt.start();
      Await.until(
          "conscrypt is back",
          () -> stacks.candidates().stream().anyMatch(on -> on.name().equals("conscrypt")));
    }
  }

  private Optional<StackDTO> keyed() {
    return stacks.candidates().stream().filter(on -> on.name().equals(PROVIDER)).findFirst();
  }

  private X509Certificate shownOn(int port, String protocol) throws IOException {
    try (SSLSocket socket = JdkTls.connect(jdk, port, protocol)) {
      Exchange.small(socket.getInputStream(), socket.getOutputStream());
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private Optional<KeyProvider> provider() {
    ServiceReference<KeyProvider> reference = context.getServiceReference(KeyProvider.class);
    return Optional.ofNullable(reference).map(context::getService);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private Map<String, Object> terminate() {
    return new HashMap<>(
        Map.of("mode", "terminate", "listen", "127.0.0.1:0", "target", backend.address()));
  }

  private Map<String, Object> byHardware() {
    Map<String, Object> values = terminate();
    values.put("server.hardware.key", PROVIDER);
    values.put("server.certificate", file("device.pem"));
    return values;
  }

  private Map<String, Object> bySoftware() {
    Map<String, Object> values = terminate();
    values.put("server.certificate", file("server.pem"));
    values.put("server.key", file("server.key"));
    return values;
  }

  private void configure(
      org.osgi.service.cm.Configuration configuration, Map<String, Object> values)
      throws IOException {
    if (!configurations.contains(configuration)) {
      configurations.add(configuration);
    }
    configuration.update(new Hashtable<>(values));
  }

  private int listening(String name, Map<String, Object> values) throws Exception {
    configure(
        configurationAdmin.getFactoryConfiguration("io.sallyport.gateway.route", name, "?"),
        values);
    Await.until(
        "route " + name + " listens", () -> property(name, "route.state").equals("LISTENING"));
    return Integer.parseInt(property(name, "route.listen").replaceAll(".*:", ""));
  }

  private String property(String name, String key) throws Exception {
    ServiceReference<?>[] found =
        context.getAllServiceReferences(
            "io.sallyport.gateway.RouteStatus", "(route.name=" + name + ")");
    return found == null ? "" : String.valueOf(found[0].getProperty(key));
  }

  private Bundle bundle(String symbolicName) {
    return Arrays.stream(context.getBundles())
        .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
        .findFirst()
        .orElseThrow();
  }
}
