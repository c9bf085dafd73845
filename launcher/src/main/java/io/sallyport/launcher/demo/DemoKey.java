package io.sallyport.launcher.demo;

import io.sallyport.launcher.report.LauncherException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;

/** A private key in hardware that is made for one run of the demo, on a machine without any. */
interface DemoKey {
  /** The provider's name, which is also that of its TLS stack. */
  String provider();

  /** Where the key is, in a few words. */
  String words();

  /**
   * Makes the key and has its certificate issued.
   *
   * @param folder where its files go, for the life of the run
   * @param certificates issues the certificate
   * @return the provider's configuration
   */
  Map<String, Object> provision(Path folder, DemoCertificates certificates)
      throws LauncherException, IOException, GeneralSecurityException, InterruptedException;
}
