package io.sallyport.launcher.demo;

import io.sallyport.hw.atecc608a.driver.Atecc608;
import io.sallyport.hw.atecc608a.driver.Delay;
import io.sallyport.hw.atecc608a.driver.Points;
import io.sallyport.hw.atecc608a.simulator.Atecc608Simulator;
import io.sallyport.hw.atecc608a.simulator.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
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
  public Map<String, Object> provision(Path folder, DemoCertificates certificates)
      throws IOException {
    Path state = folder.resolve("atecc608a.state");
    PublicKey key;
    try (Atecc608Simulator simulator = Atecc608Simulator.open(state, Layout.TRUST_AND_GO);
        Atecc608 chip = new Atecc608(simulator.wire(), Delay.REAL)) {
      key = Points.key(chip.publicKey(0));
    }
    return Map.of(
        "transport",
        "simulator",
        "simulator.state",
        state.toString(),
        "certificate",
        certificates.issueFor(key).toString());
  }
}
