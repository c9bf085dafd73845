package io.sallyport.hw;

import io.sallyport.tls.KeyReference;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The device behind a provider. All calls, those of its keys' operations too, come from one thread,
 * the device's own. They may wait for the device, but not for ever, and end soon when the thread is
 * interrupted.
 */
@ConsumerType
public interface KeyHardware extends AutoCloseable {
  /**
   * Finds the device and lists its keys, the default one first. Called at the start, and again
   * after {@link #close} when the device was lost.
   *
   * @return at least one key, unless every key comes from {@link #load}
   * @throws TlsException INVALID_ARG when the configuration does not fit the device: that is not
   *     tried again
   * @throws IOException when the device cannot be reached now
   */
  List<HeldKey> connect() throws IOException;

  /**
   * A key that is not in the list: one that needs more than an id.
   *
   * @param reference what a configuration asks for
   * @throws TlsException INVALID_ARG when there is no such key or its parameters are wrong
   * @throws DeviceLostException when the device has gone
   */
  default HeldKey load(KeyReference reference) throws IOException {
    throw new TlsException(TlsErrorCode.NOT_SUPPORTED, "There is no " + reference + ".");
  }

  /** Lets the device go; {@link #connect} may follow. Idempotent, never throws. */
  @Override
  void close();
}
