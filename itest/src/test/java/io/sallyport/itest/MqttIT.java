package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.sallyport.hw.atecc608a.driver.Atecc608;
import io.sallyport.hw.atecc608a.driver.Delay;
import io.sallyport.hw.atecc608a.driver.Points;
import io.sallyport.hw.atecc608a.simulator.Atecc608Simulator;
import io.sallyport.hw.atecc608a.simulator.Layout;
import io.sallyport.hw.ds.DsChip;
import io.sallyport.hw.ds.DsProvisioning;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.stack.TlsStacks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** ESP-IDF's example: Paho and a real broker, the client's key in hardware, on each stack. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class MqttIT {
  private static final String PID = "io.sallyport.examples.mqtt";

  @Inject private TlsStacks stacks;
  @Inject private ConfigurationAdmin configurationAdmin;
  @Inject private BundleContext context;

  private final List<org.osgi.service.cm.Configuration> configurations = new ArrayList<>();
  private Mosquitto broker;
  private LogLines log;

  /** The devices and their certificates are made here, as at the manufacture. */
  @Configuration
  public Option[] configuration() throws IOException {
    Path folder = folder();
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
    Files.createDirectories(folder);
    TestPki pki = new TestPki();
    Files.write(folder.resolve("ca.pem"), Pem.certificates(pki.authorities()));
    Files.write(folder.resolve("server.pem"), Pem.certificates(pki.server.chain()));
    Files.write(folder.resolve("server.key"), Pem.privateKey(pki.server.key()));

    KeyPair rsa = KeyType.RSA_2048.generate();
    DsProvisioning.write(
        DsChip.ESP32C3,
        (RSAPrivateKey) rsa.getPrivate(),
        folder.resolve("hmac.key"),
        folder.resolve("ds.bin"));
    certify(pki, "ds", rsa.getPublic());
    try (Atecc608Simulator simulator =
            Atecc608Simulator.open(folder.resolve("chip"), Layout.TRUST_AND_GO);
        Atecc608 chip = new Atecc608(simulator.wire(), Delay.REAL)) {
      certify(pki, "atecc608a", Points.key(chip.publicKey(0)));
    }
    return ContainerOptions.all(
        CoreOptions.bundle(Settings.jarOf(MqttClient.class).toUri().toString()),
        CoreOptions.bundle(Settings.mqttExample().toUri().toString()));
  }

  private static void certify(TestPki pki, String name, PublicKey key) throws IOException {
    KeyPair pair = new KeyPair(key, pki.client.key()); // The private half is not looked at.
    Files.write(
        folder().resolve(name + ".pem"),
        Pem.certificates(
            pki.ca.certificate().subject("CN=" + name).forClients().key(pair).issue().chain()));
  }

  private static Path folder() {
    return Settings.work().resolve("mqtt");
  }

  @Before
  public void start() throws Exception {
    Mosquitto.assumeInstalled();
    Await.until("three stacks are candidates", () -> stacks.candidates().size() >= 3);
    broker = Mosquitto.start(folder());
    log = new LogLines(context);
  }

  @After
  public void stop() throws Exception {
    for (org.osgi.service.cm.Configuration configuration : configurations) {
      configuration.delete();
    }
    if (log != null) {
      log.close();
    }
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  public void aKeyInTheDigitalSignaturePeripheral() throws Exception {
    configure("io.sallyport.hw.ds", Map.of("chip", "esp32c3", "hmac.key.file", "mqtt/hmac.key"));
    for (String stack : List.of("conscrypt", "jsse", "bouncycastle")) {
      exchange(
          stack,
          "ds",
          Map.of("key", "ds:0", "ds.parameters", "mqtt/ds.bin", "certificate", "mqtt/ds.pem"));
    }
  }

  @Test
  public void aKeyInTheSecureElement() throws Exception {
    configure(
        "io.sallyport.hw.atecc608a",
        Map.of("simulator.state", "mqtt/chip", "certificate", "mqtt/atecc608a.pem"));
    for (String stack : List.of("conscrypt", "jsse", "bouncycastle")) {
      exchange(stack, "atecc608a", Map.of("key", "atecc608a"));
    }
  }

  private void exchange(String stack, String name, Map<String, Object> key) throws Exception {
    stacks.swap(stack);
    Hashtable<String, Object> values = new Hashtable<>(key);
    values.put("url", "mqtts://localhost:" + broker.port());
    values.put("ca", "mqtt/ca.pem");
    long before = log.count("MQTT_EVENT_DATA: data");
    configure(PID, values);
    Await.until(
        "the message comes back on " + stack,
        () -> {
          assertEquals(0, log.count("gives up"));
          return log.count("MQTT_EVENT_DATA: data") > before;
        });
    log.await("MQTT_EVENT_CONNECTED", name);
    assertTrue(broker.log(), broker.log().contains("u'" + name + "'"));
  }

  private void configure(String pid, Map<String, Object> values) throws IOException {
    org.osgi.service.cm.Configuration configuration = configurationAdmin.getConfiguration(pid, "?");
    if (!configurations.contains(configuration)) {
      configurations.add(configuration);
    }
    configuration.update(new Hashtable<>(values));
  }
}
