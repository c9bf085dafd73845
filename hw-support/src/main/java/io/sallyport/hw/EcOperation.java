package io.sallyport.hw;

import io.sallyport.tls.TlsException;
import java.io.IOException;

/** ECDSA in a device (FIPS 186-5 section 6.4). Called on the device's thread only. */
@FunctionalInterface
public interface EcOperation {
  /**
   * Signs.
   *
   * @param digest the digest, already cut or padded with zeros in front to the length of the
   *     curve's order: 32 bytes for P-256, 48 for P-384
   * @return r and s, each as long as the order, big-endian
   * @throws TlsException SE_FAILED when the device refuses
   * @throws DeviceLostException when the device has gone; it is connected again, and the operation
   *     repeated once
   * @throws IOException when the device fails otherwise
   */
  byte[] sign(byte[] digest) throws IOException;
}
