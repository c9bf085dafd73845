package io.sallyport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsVersion;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteSettingsTest {
  private static Map<String, Object> good() {
    Map<String, Object> values = new HashMap<>();
    values.put("service.pid", "io.sallyport.gateway.route~web");
    values.put("service.factoryPid", "io.sallyport.gateway.route");
    values.put("component.id", 7L);
    values.put("mode", "terminate");
    values.put("listen", "127.0.0.1:8443");
    values.put("target", "[::1]:8080");
    values.put("server.certificate", "server.pem");
    values.put("server.key", "server.key");
    return values;
  }

  @Test
  void absentKeysHaveTheirDefaults() throws RouteException {
    RouteSettings settings = RouteSettings.of(good());
    assertEquals("web", settings.name());
    assertEquals(Mode.TERMINATE, settings.mode());
    assertEquals(new Peer("127.0.0.1", 8443), settings.listen());
    assertEquals(new Peer("::1", 8080), settings.target());
    assertEquals(TlsVersion.ANY, settings.server().keys().version());
    assertEquals(10_000, settings.server().keys().timeoutMs());
    assertEquals(10_000, settings.client().keys().timeoutMs());
    assertEquals(300_000, settings.idleTimeoutMs());
    assertEquals(10_000, settings.maxConnections());
    assertEquals(1024, settings.backlog());
  }

  @Test
  void listsMayBeArraysCollectionsOrTextAndNumbersMayBeText() throws RouteException {
    Map<String, Object> values = good();
    values.put("server.alpn", new String[] {"h2", "http/1.1"});
    values.put("client.alpn", List.of("h2", "http/1.1"));
    values.put("server.cipher.suites", "TLS_AES_128_GCM_SHA256, 0x1302");
    values.put("max.connections", "7");
    values.put("idle.timeout.ms", 0);
    RouteSettings settings = RouteSettings.of(values);
    assertEquals(List.of("h2", "http/1.1"), settings.server().keys().alpn());
    assertEquals(List.of("h2", "http/1.1"), settings.client().keys().alpn());
    assertEquals(
        List.of("TLS_AES_128_GCM_SHA256", "0x1302"), settings.server().keys().cipherSuites());
    assertEquals(7, settings.maxConnections());
    assertEquals(0, settings.idleTimeoutMs());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "mode | | 'mode' is missing",
        "mode | proxy | give one of terminate, originate, bridge",
        "listen | 127.0.0.1 | give a host and a port",
        "listen | 127.0.0.1:99999 | has the port '99999'; give a number from 0 to 65535",
        "listen | ::1:8443 | write an IPv6 address in brackets",
        "target | | 'target' is missing",
        "target | localhost:0 | give a number from 1 to 65535",
        "server.certificate | | 'server.certificate' is missing",
        "server.key | | 'server.key' is missing; a certificate and its key",
        "server.tls.version | 1.1 | is '1.1'; give any, 1.2 or 1.3",
        "server.client.CA | ca.pem | 'server.client.CA' is not known",
        "max.connections | many | is 'many'; give a whole number",
        "max.connections | 0 | give a number from 1",
        "idle.timeout.ms | -1 | give a number from 0",
        "client.skip.common.name | perhaps | give true or false",
        "client.trust | nobody | give one of file, bundle, platform, global, psk, insecure",
        "client.revocation | often | give one of none, stapled-if-sent, stapled-required",
        "client.bundle | roots.bin | has no effect with",
        "client.psk.identity | me | has no effect with",
        "server.client.global.ca | perhaps | give true or false",
        "server.psk.file | keys | stands beside certificates",
        "server.session.tickets | maybe | give one of on, off, auto",
        "server.session.ticket.lifetime.s | 60 | has no effect without",
        "server.hardware.key | ds:0 | stands beside 'server.key'",
        "server.ds.parameters | ds.bin | has no effect without",
        "mode | bridge | 'client.ca' is missing",
      })
  void aBadKeyGivesASentenceWithRouteKeyAndRemedy(String key, String value, String expected) {
    Map<String, Object> values = good();
    values.remove(key);
    if (value != null) {
      values.put(key, value);
    }
    String sentence =
        assertThrows(RouteException.class, () -> RouteSettings.of(values)).getMessage();
    assertTrue(
        sentence.startsWith(
            "Route web: '" + (value != null && value.equals("bridge") ? "client.ca" : key) + "'"),
        sentence);
    assertTrue(sentence.contains(expected), sentence);
    assertTrue(sentence.endsWith("."), sentence);
  }

  @Test
  void aHardwareKeyIsAProviderAndPerhapsAKey() throws RouteException {
    Map<String, Object> values = good();
    values.remove("server.key");
    values.put("server.hardware.key", "pkcs11:my:key");
    values.put("client.hardware.key", "ds");
    values.put("client.ds.parameters", "ds.bin");
    RouteSettings settings = RouteSettings.of(values);
    assertEquals("pkcs11", settings.server().keys().hardwareKey().orElseThrow().provider());
    assertEquals("my:key", settings.server().keys().hardwareKey().orElseThrow().key());
    assertEquals("", settings.client().keys().hardwareKey().orElseThrow().key());
    values.remove("server.certificate");
    RouteSettings.of(values); // The provider has certificates of its own.
  }

  @Test
  void metatypeShowsExactlyTheKeysThatAreRead() {
    Map<String, Object> values = good();
    values.put("no.such.key", "x");
    String sentence =
        assertThrows(RouteException.class, () -> RouteSettings.of(values)).getMessage();
    String keys =
        Arrays.stream(RouteConfiguration.class.getDeclaredMethods())
            .map(Method::getName)
            .map(name -> name.replace('_', '.'))
            .sorted()
            .collect(Collectors.joining(", "));
    assertEquals("Route web: 'no.such.key' is not known; the keys are " + keys + ".", sentence);
  }
}
