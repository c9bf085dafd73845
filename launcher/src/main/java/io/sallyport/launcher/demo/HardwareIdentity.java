package io.sallyport.launcher.demo;

import io.sallyport.launcher.platform.Platform;
import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.key.KeyProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ConfigurationAdmin;

/** The demo's identity whose key is in hardware. */
final class HardwareIdentity {
  private static final String PID_PREFIX = "io.sallyport.hw.";
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);
  private static final int STEP_MS = 50;

  private final DemoKey key;
  private final Platform platform;

  HardwareIdentity(DemoKey key, Platform platform) {
    this.key = key;
    this.platform = platform;
  }

  /** Makes the key, configures its provider and has its certificate issued. */
  Map<String, Object> establish(ConfigurationAdmin admin, DemoCertificates certificates)
      throws LauncherException, IOException, GeneralSecurityException, InterruptedException {
    Map<String, Object> values = key.provision(platform.folder(), certificates);
    admin
        .getConfiguration(PID_PREFIX + key.provider(), "?")
        .update(FrameworkUtil.asDictionary(values));
    platform.startAll();
    await();
    return Map.of(
        "server.hardware.key",
        key.provider(),
        "server.client.ca",
        certificates.authorityFile().toString());
  }

  private void await() throws LauncherException, InterruptedException {
    long end = System.nanoTime() + PATIENCE;
    String problem = "it is not there";
    while (System.nanoTime() < end) {
      try {
        if (!platform.service(KeyProvider.class).keys().isEmpty()) {
          return;
        }
      } catch (TlsException e) {
        problem = e.getMessage();
      }
      TimeUnit.MILLISECONDS.sleep(STEP_MS);
    }
    throw new LauncherException(
        ExitCode.FAILURE, "The demo's key did not come up within 30 s: " + problem);
  }
}
