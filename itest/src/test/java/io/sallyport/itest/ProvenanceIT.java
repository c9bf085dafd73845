package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.sallyport.hw.ecdsa.EcdsaProvisioning;
import io.sallyport.hw.ecdsa.KeyBlocks;
import io.sallyport.hw.ecdsa.Protection;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.Provenance;
import io.sallyport.tls.key.HardwareKey;
import io.sallyport.tls.key.KeyProvider;
import io.sallyport.tls.stack.ConnectionDTO;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.StackDTO;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;
import javax.net.ssl.SSLSocket;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.util.tracker.ServiceTracker;

/** Whose work a connection is: stack, version, activation, and where its key lives. */
public class ProvenanceIT {
  private static final int BLOCK = 4;

  private static Platform platform;
  private static Site site;

  @BeforeClass
  public static void start() throws Exception {
    site = new Site();
    platform = Platform.start(Map.of());
  }

  @AfterClass
  public static void stop() throws Exception {
    platform.close();
    site.close();
  }

  @Test
  public void aConnectionTellsItsStackItsActivationAndItsKeyInMemory() throws Exception {
    int port = platform.route("memory", site.terminate(platform));
    for (String stack : List.of("jsse", "bouncycastle", "conscrypt")) {
      platform.stacks().swap(stack);
      try (SSLSocket socket = site.connect(port)) {
        Site.ping(socket);
        assertShown(socket, "route memory", stack, "memory");
        StackDTO then = platform.stack(stack);
        platform.stacks().swap(stack.equals("jsse") ? "conscrypt" : "jsse");
        Site.ping(socket);
        ConnectionDTO open = of(socket);
        assertEquals("It keeps what it began with", stack, open.provenance().stack());
        assertEquals(then.generation(), open.provenance().generation());
      }
    }
    int plain = platform.route("outgoing", site.originate(platform));
    try (java.net.Socket socket =
        new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), plain)) {
      Site.ping(socket);
      ConnectionDTO open =
          platform.stacks().connections(100).stream()
              .filter(any -> any.role() == Role.CLIENT)
              .findFirst()
              .orElseThrow();
      assertEquals("none", open.provenance().keyLocation());
      assertEquals("route outgoing", open.usedBy());
    }
  }

  @Test
  public void aKeyInHardwareIsToldByItsProviderAndName() throws Exception {
    Path efuses = Files.createTempDirectory(Settings.work(), "efuses").resolve("efuses.bin");
    new EcdsaProvisioning("esp32h2", efuses).burnNew(KeyBlocks.p256(BLOCK), Protection.FULL);
    platform.configure(
        "io.sallyport.hw.ecdsa",
        Map.of("efuse.file", efuses.toString(), "block", BLOCK, "suites", "any"));
    ServiceTracker<KeyProvider, KeyProvider> tracker =
        new ServiceTracker<>(platform.context(), KeyProvider.class, null);
    tracker.open();
    KeyProvider provider = tracker.waitForService(30_000);
    HardwareKey key = provider.keys().get(0);
    X509Certificate certificate =
        site.pki
            .ca
            .certificate()
            .dns("localhost")
            .key(new KeyPair(key.publicKey(), key.privateKey()))
            .issue()
            .certificate();
    Map<String, Object> route = site.terminate(platform);
    route.remove("server.key");
    route.put("server.hardware.key", "ecdsa:" + BLOCK);
    route.put(
        "server.certificate", platform.file("device.pem", Pem.certificates(List.of(certificate))));
    int port = platform.route("device", route);
    for (String stack : List.of("jsse", "bouncycastle", "conscrypt")) {
      platform.stacks().swap(stack);
      try (SSLSocket socket = site.connect(port)) {
        Site.ping(socket);
        assertShown(socket, "route device", stack, "ecdsa:" + BLOCK);
      }
    }
    tracker.close();
  }

  /** As when a bundle's new revision is there while the old one's connections end. */
  @Test
  public void theMetricsOfTwoStacksOfOneNameCountTogether() throws Exception {
    int port = platform.route("metered", site.terminate(platform));
    platform.stacks().swap("jsse");
    Bundle twin =
        platform.install(
            TestBundle.chaos("io.sallyport.stack.twin", "jsse", Integer.MAX_VALUE).build());
    try (SSLSocket socket = site.connect(port)) {
      Site.ping(socket);
      long done = platform.stack("jsse").handshakes().done();
      twin.start();
      assertEquals("The twin comes first", 0, platform.stack("jsse").connections());
      assertEquals(1, metric("Connections"));
      assertEquals(done, metric("HandshakesDone"));
      assertTrue("In microseconds", metric("HandshakeP99Micros") > 0);
      platform.stacks().swap("conscrypt");
      Await.until("it drains", () -> metric("Draining") == 1);
      assertEquals(1, metric("Connections"));
      Site.ping(socket);
    } finally {
      twin.uninstall();
    }
    Await.until("all is drained", () -> metric("Draining") == 0);
  }

  private static long metric(String attribute) throws Exception {
    TabularData byStack =
        (TabularData)
            ManagementFactory.getPlatformMBeanServer()
                .getAttribute(new ObjectName("io.sallyport:type=Stacks"), attribute);
    return ((Number) byStack.get(new Object[] {"jsse"}).get("value")).longValue();
  }

  private static void assertShown(SSLSocket socket, String usedBy, String stack, String location)
      throws Exception {
    StackDTO active = platform.stack(stack);
    Provenance expected =
        new Provenance(stack, active.libraryVersion(), active.generation(), location);
    ConnectionDTO open = of(socket);
    assertEquals(expected, open.provenance());
    assertEquals(usedBy, open.usedBy());
    String line = platform.shellLine("tls:connections", Long.toString(open.id()));
    assertTrue(
        line,
        LogLines.holds(
            line,
            "server",
            usedBy,
            stack + " " + active.libraryVersion(),
            Long.toString(active.generation()),
            location));
  }

  private static ConnectionDTO of(SSLSocket socket) throws Exception {
    return platform.stacks().connections(1000).stream()
        .filter(any -> any.role() == Role.SERVER)
        .filter(any -> any.peer().port() == socket.getLocalPort())
        .findFirst()
        .orElseThrow();
  }
}
