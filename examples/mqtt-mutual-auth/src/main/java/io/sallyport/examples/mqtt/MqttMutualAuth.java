package io.sallyport.examples.mqtt;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Credentials;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.Tls;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.IMqttMessageListener;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Connects to an MQTT broker that asks for a client certificate, by a private key in hardware;
 * subscribes to a topic, publishes to it and waits for its own message. ESP-IDF: {@code
 * examples/protocols/mqtt/ssl_ds}, {@code ssl_mutual_auth}.
 *
 * <p>Relative paths are relative to the configuration folder.
 */
@Component(
    configurationPid = "io.sallyport.examples.mqtt",
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    service = {})
@Designate(ocd = MqttSettings.class)
public final class MqttMutualAuth {
  private static final String TOPIC = "topic/qos1";
  private static final int DEFAULT_PORT = 8883;
  private static final int TRIES = 10;
  private static final int PATIENCE_SECONDS = 20;

  private final Tls tls;
  private final Logger log;
  private final URI url;
  private final MqttSettings settings;
  private final Path base;
  private final Thread thread;

  /** Begins, on a thread of its own: an activation must not wait for a network. */
  @Activate
  public MqttMutualAuth(
      @Reference Tls tls,
      @Reference(service = LoggerFactory.class) Logger log,
      BundleContext context,
      MqttSettings settings) {
    this.tls = tls;
    this.log = log;
    this.settings = settings;
    this.base =
        Path.of(Optional.ofNullable(context.getProperty("sallyport.config.dir")).orElse(""));
    this.url = URI.create(settings.url());
    this.thread = new Thread(this::run, "mqtt-mutual-auth");
    thread.start();
  }

  @Deactivate
  void stop() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }

  private byte[] file(String name) throws IOException {
    return Files.readAllBytes(base.resolve(name));
  }

  private void run() {
    try {
      ClientConfig config = config();
      // A platform that starts has to prove its stacks and to find its devices first.
      for (int attempt = 1; !exchanged(config); attempt++) {
        if (attempt == TRIES) {
          log.error("The MQTT example gives up after {} attempts.", TRIES);
          return;
        }
        TimeUnit.SECONDS.sleep(1);
      }
    } catch (InterruptedException e) {
      log.info("The MQTT example was stopped.");
    } catch (IOException | RuntimeException e) {
      log.error("The MQTT example cannot be configured: {}", e.toString());
    }
  }

  private ClientConfig config() throws IOException {
    Credentials credentials = tls.credentials();
    KeyReference key = reference(settings.key());
    if (!settings.certificate().isEmpty()) {
      key = key.withCertificates(credentials.certificates(file(settings.certificate())));
    }
    if (!settings.ds_parameters().isEmpty()) {
      key = key.withParameters(file(settings.ds_parameters()));
    }
    return ClientConfig.builder()
        .authorities(credentials.certificates(file(settings.ca())))
        .hardwareKey(key)
        .build();
  }

  private static KeyReference reference(String text) {
    int colon = text.indexOf(':');
    return colon < 0
        ? KeyReference.of(text)
        : KeyReference.of(text.substring(0, colon), text.substring(colon + 1));
  }

  private boolean exchanged(ClientConfig config) throws InterruptedException {
    int port = url.getPort() < 0 ? DEFAULT_PORT : url.getPort();
    // Paho's "tcp" takes any socket; that it is TLS is the factory's business.
    String broker = "tcp://" + url.getHost() + ":" + port;
    try (MqttClient client =
        new MqttClient(broker, MqttClient.generateClientId(), new MemoryPersistence())) {
      MqttConnectOptions options = new MqttConnectOptions();
      options.setSocketFactory(new TlsSocketFactory(tls, config));
      options.setConnectionTimeout(PATIENCE_SECONDS);
      client.setTimeToWait(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      client.connect(options);
      log.info("MQTT_EVENT_CONNECTED to {} with {}", url, config.hardwareKey().orElseThrow());
      BlockingQueue<String> received = new LinkedBlockingQueue<>();
      IMqttMessageListener listener =
          (topic, message) ->
              received.add(new String(message.getPayload(), StandardCharsets.UTF_8));
      client.subscribe(TOPIC, 1, listener);
      log.info("MQTT_EVENT_SUBSCRIBED to {}", TOPIC);
      client.publish(TOPIC, "data".getBytes(StandardCharsets.UTF_8), 1, false);
      String answer = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      log.info("MQTT_EVENT_DATA: {}", answer == null ? "nothing came back" : answer);
      client.disconnect();
      log.info("MQTT_EVENT_DISCONNECTED");
      return answer != null;
    } catch (MqttException e) {
      log.warn(
          "MQTT_EVENT_ERROR: {}",
          e.getCause() == null ? e.toString() : String.valueOf(e.getCause().getMessage()));
      return false;
    }
  }
}
