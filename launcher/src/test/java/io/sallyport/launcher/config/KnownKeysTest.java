package io.sallyport.launcher.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KnownKeysTest {
  private final KnownKeys known =
      new KnownKeys(
          Map.of(
              "io.sallyport.core", List.of("stack", "drain.deadline.ms"),
              "io.sallyport.gateway.route", List.of("listen", "server.certificate")));

  @Test
  void namesTheNearestPid() {
    List<String> warnings =
        known.warnings(List.of(configuration("io.sallyport.gateway.rout~web", "listen")));

    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains("did you mean 'io.sallyport.gateway.route'?"));
  }

  @Test
  void namesTheNearestKeyAndItsLine() {
    List<String> warnings =
        known.warnings(List.of(configuration("io.sallyport.gateway.route~web", "server.cert")));

    assertEquals(
        List.of(
            "'a.json', line 7: io.sallyport.gateway.route~web has no key 'server.cert'; did you"
                + " mean 'server.certificate'?"),
        warnings);
  }

  @Test
  void listsAllWhereNothingIsNear() {
    List<String> warnings = known.warnings(List.of(configuration("io.sallyport.core", "zzz")));

    assertTrue(warnings.get(0).contains("the keys are stack, drain.deadline.ms"), warnings.get(0));
  }

  @Test
  void saysNothingAboutWhatIsKnownAndAboutOtherBundles() {
    assertEquals(
        List.of(),
        known.warnings(
            List.of(
                configuration("io.sallyport.core", "stack"),
                configuration("org.apache.felix.scr.ScrService", "ds.loglevel"))));
  }

  @Test
  void countsInsertionsDeletionsAndExchanges() {
    assertEquals(0, NearestName.distance("stack", "stack"));
    assertEquals(1, NearestName.distance("stack", "stak"));
    assertEquals(1, NearestName.distance("stack", "stacks"));
    assertEquals(1, NearestName.distance("stack", "stock"));
    assertEquals(5, NearestName.distance("", "stack"));
  }

  private static PidConfiguration configuration(String pid, String key) {
    return new PidConfiguration(pid, Map.of(key, "x"), Path.of("a.json"), Map.of(key, 7));
  }
}
