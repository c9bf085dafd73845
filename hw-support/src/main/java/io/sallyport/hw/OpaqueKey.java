package io.sallyport.hw;

import io.sallyport.tls.TlsException;
import io.sallyport.tls.key.FailingKey;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A private key that is a name only: what it names is in the device. Thread-safe. */
abstract class OpaqueKey implements PrivateKey, FailingKey {
  private static final long serialVersionUID = 1L;

  private record Failure(Instant when, TlsException error) {}

  private final transient ManagedDevice device;
  private final String id;
  private transient volatile @Nullable Failure failure;

  OpaqueKey(ManagedDevice device, String id) {
    this.device = device;
    this.id = id;
  }

  final ManagedDevice device() {
    return device;
  }

  final String id() {
    return id;
  }

  /** Remembers a failure for those who are told less than the truth by their library. */
  final TlsException failed(TlsException error) {
    failure = new Failure(Instant.now(), error);
    return error;
  }

  @Override
  public final Optional<TlsException> failureSince(Instant moment) {
    Optional<TlsException> end = device.end();
    if (end.isPresent()) {
      return end;
    }
    Failure last = failure;
    return last == null || last.when().isBefore(moment)
        ? Optional.empty()
        : Optional.of(last.error());
  }

  @Override
  public final @Nullable String getFormat() {
    return null;
  }

  @Override
  public final byte @Nullable [] getEncoded() {
    return null;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    throw new NotSerializableException("A key in hardware stays there.");
  }

  @Override
  public final String toString() {
    return getAlgorithm() + " key '" + id + "' of " + device.name();
  }
}
