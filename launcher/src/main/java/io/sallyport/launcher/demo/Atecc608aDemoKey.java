package io.sallyport.launcher.demo;

import java.nio.file.Path;
import java.util.Map;

/** The key of slot 0 of a simulated secure element, which comes with it. */
final class Atecc608aDemoKey implements DemoKey {
  @Override
  public String provider() {
    return "atecc608a";
  }

  @Override
  public String words() {
    return "P-256, in slot 0 of a simulated ATECC608A (Trust&GO)";
  }

  @Override
  public Map<String, Object> provision(Path folder) {
    return Map.of(
        "transport", "simulator", "simulator.state", folder.resolve("atecc608a.state").toString());
  }
}
