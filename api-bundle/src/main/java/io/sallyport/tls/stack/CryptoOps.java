package io.sallyport.tls.stack;

import io.sallyport.tls.TlsException;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/** The two helpers of ESP-TLS that other components (WebSocket) need. Optional. Thread-safe. */
@ProviderType
public interface CryptoOps {
  /** SHA-1 of the bytes, 20 bytes. ESP-TLS: {@code crypto_sha1}. */
  byte[] sha1(byte[] bytes);

  /**
   * Encodes to base64 with padding. ESP-TLS: {@code crypto_base64_encode}.
   *
   * @param source the bytes
   * @param destination where the ASCII characters go
   * @return how many were written
   * @throws TlsException INVALID_ARG naming the room needed when {@code destination} is too small;
   *     nothing is written then (the original's -0x002A)
   */
  int base64Encode(byte[] source, ByteBuffer destination) throws TlsException;
}
