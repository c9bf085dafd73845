package io.sallyport.benchmarks.subject;

import java.nio.file.Path;

/**
 * What all subjects share.
 *
 * @param backendPort loopback port of the plain backend
 * @param certificate PEM file
 * @param key PEM file, PKCS#8, not encrypted
 */
public record Site(int backendPort, Path certificate, Path key) {

  /** The only cipher suite that may be agreed upon in a measurement. */
  public static final String SUITE = "TLS_AES_128_GCM_SHA256";
}
