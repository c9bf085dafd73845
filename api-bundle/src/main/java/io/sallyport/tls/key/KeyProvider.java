package io.sallyport.tls.key;

import io.sallyport.tls.KeyReference;
import io.sallyport.tls.TlsException;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A device that holds private keys, as an OSGi service. Thread-safe. ESP-TLS: {@code
 * use_secure_element}, {@code ds_data}, {@code use_ecdsa_peripheral}.
 *
 * <p>Devices are slow and do one thing at a time: calls wait for their turn, up to a deadline of
 * the provider's, and are refused at once when too many wait. So none of them belongs on an event
 * loop; neither does a handshake with such a key.
 */
@ConsumerType
public interface KeyProvider {
  /** Service property with the provider's name, on this service and on its TLS stack. */
  String NAME_PROPERTY = "sallyport.key.provider";

  /** A short name, unique among providers: "atecc608a", "ds", "ecdsa", "pkcs11". */
  String name();

  /**
   * The keys that the device holds, the default one first.
   *
   * @throws TlsException SE_FAILED when the device does not answer, INVALID_ARG when it does not
   *     hold what its configuration says
   */
  List<HardwareKey> keys() throws TlsException;

  /**
   * The key that a configuration asks for.
   *
   * @throws TlsException INVALID_ARG when there is no such key, or its parameters are wrong;
   *     SE_FAILED when the device does not answer
   */
  HardwareKey key(KeyReference reference) throws TlsException;

  /** How the device is, without waiting for it. */
  KeyHealth health();
}
