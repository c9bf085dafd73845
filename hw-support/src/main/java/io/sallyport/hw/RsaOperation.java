package io.sallyport.hw;

import io.sallyport.tls.TlsException;
import java.io.IOException;

/** RSA in a device (RFC 8017 section 5.2.1). Called on the device's thread only. */
@FunctionalInterface
public interface RsaOperation {
  /**
   * Raises to the power of the private exponent.
   *
   * @param block as long as the modulus, big-endian, smaller than the modulus; already padded
   * @return as long as the modulus, big-endian
   * @throws TlsException SE_FAILED when the device refuses
   * @throws DeviceLostException when the device has gone; it is connected again, and the operation
   *     repeated once
   * @throws IOException when the device fails otherwise
   */
  byte[] exponentiate(byte[] block) throws IOException;
}
