package io.sallyport.hw;

import io.sallyport.tls.KeyReference;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.key.HardwareKey;
import io.sallyport.tls.key.KeyHealth;
import io.sallyport.tls.key.KeyProvider;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.service.log.Logger;

/**
 * A device with its queue: connects it when that is needed, connects it again when it was lost, and
 * keeps the opaque keys the same all the while. Thread-safe.
 */
final class ManagedDevice implements KeyProvider, AutoCloseable {
  /** What the device does with a key. */
  interface Operation {
    byte[] perform(HeldKey key) throws IOException;
  }

  private record Listed(HeldKey held, HardwareKey key) {}

  private final String name;
  private final KeyHardware hardware;
  private final DeviceQueue queue;
  private final Logger logger;
  private final AtomicLong operations = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private volatile KeyHealth.State state = KeyHealth.State.STARTING;
  private volatile String detail = "It has not been asked yet.";

  /** Device's thread only: what is connected; empty before and after. */
  private Optional<Map<String, Listed>> listed = Optional.empty();

  /** Device's thread only: the opaque keys that were given out, by id, for the next connection. */
  private final Map<String, HardwareKey> given = new LinkedHashMap<>();

  /** Device's thread only: keys that came from {@link KeyHardware#load}. */
  private final Map<OpaqueKey, KeyReference> references = new WeakHashMap<>();

  private final Map<OpaqueKey, HeldKey> loaded = new WeakHashMap<>();

  ManagedDevice(String name, KeyHardware hardware, Limits limits, Logger logger) {
    this.name = name;
    this.hardware = hardware;
    this.queue = new DeviceQueue(name, limits);
    this.logger = logger;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public KeyHealth health() {
    return new KeyHealth(state, detail, operations.get(), failures.get(), queue.waiting());
  }

  @Override
  public List<HardwareKey> keys() throws TlsException {
    return ask(() -> connected().values().stream().map(Listed::key).toList());
  }

  @Override
  public HardwareKey key(KeyReference reference) throws TlsException {
    return ask(
        () -> {
          Map<String, Listed> keys = connected();
          if (reference.parameters().isEmpty()) {
            Optional<Listed> found =
                reference.key().isEmpty()
                    ? keys.values().stream().findFirst()
                    : Optional.ofNullable(keys.get(reference.key()));
            if (found.isPresent()) {
              return found.get().key();
            }
          }
          return load(reference, keys);
        });
  }

  private HardwareKey load(KeyReference reference, Map<String, Listed> keys) throws IOException {
    HeldKey held;
    try {
      held = hardware.load(reference);
    } catch (TlsException e) {
      if (e.code() != TlsErrorCode.NOT_SUPPORTED) {
        throw e;
      }
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "There is no "
              + reference
              + "; it holds: "
              + (keys.isEmpty() ? "none" : String.join(", ", keys.keySet()))
              + ".",
          e);
    }
    HardwareKey key = opaque(held);
    OpaqueKey handle = (OpaqueKey) key.privateKey();
    references.put(handle, reference);
    loaded.put(handle, held);
    return key;
  }

  private interface Question<T> {
    T answer() throws IOException;
  }

  private <T> T ask(Question<T> question) throws TlsException {
    try {
      return queue.call(question::answer);
    } catch (TlsException e) {
      throw e;
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  <T> T call(Callable<T> operation) throws IOException {
    return queue.call(operation);
  }

  /** Finds out whether the device is there. */
  void check() throws TlsException {
    ask(this::connected);
  }

  /**
   * Lets the device do something with a key. Waits for its turn and for the result.
   *
   * @throws TlsException SE_FAILED when the device fails or has gone, TIMEOUT when it is too late
   */
  byte[] perform(OpaqueKey key, Operation operation) throws TlsException {
    try {
      byte[] result = ask(() -> attempt(key, operation));
      operations.incrementAndGet();
      return result;
    } catch (TlsException e) {
      failures.incrementAndGet();
      throw key.failed(e);
    }
  }

  private byte[] attempt(OpaqueKey key, Operation operation) throws IOException {
    try {
      return operation.perform(held(key));
    } catch (DeviceLostException e) {
      lost(e);
    }
    try {
      return operation.perform(held(key));
    } catch (DeviceLostException e) {
      lost(e); // Twice in a row is an error; the next call tries again.
      throw e;
    }
  }

  private HeldKey held(OpaqueKey key) throws IOException {
    Map<String, Listed> keys = connected();
    HeldKey held = loaded.get(key);
    KeyReference reference = references.get(key);
    if (held == null && reference != null) {
      held = hardware.load(reference);
      loaded.put(key, held);
    }
    if (held == null) {
      Listed found = keys.get(key.id());
      held = found != null && found.key().privateKey() == key ? found.held() : null;
    }
    if (held == null) {
      throw new TlsException(
          TlsErrorCode.SE_FAILED,
          "The device " + name + " no longer holds " + key + "; put the right one back.");
    }
    return held;
  }

  /** Device's thread only. */
  private Map<String, Listed> connected() throws IOException {
    if (listed.isPresent()) {
      return listed.get();
    }
    List<HeldKey> found;
    try {
      found = hardware.connect();
    } catch (IOException | RuntimeException e) {
      state(KeyHealth.State.UNAVAILABLE, text(e));
      hardware.close();
      throw e;
    }
    Map<String, Listed> keys = new LinkedHashMap<>();
    for (HeldKey held : found) {
      keys.put(held.id(), new Listed(held, known(held)));
    }
    listed = Optional.of(keys);
    state(
        KeyHealth.State.READY,
        keys.isEmpty()
            ? "It is ready; its keys come with the connections."
            : "It holds "
                + keys.values().stream().map(this::words).collect(Collectors.joining(", "))
                + ".");
    return keys;
  }

  private String words(Listed one) {
    return one.key().publicKey().getAlgorithm() + " key '" + one.held().id() + "'";
  }

  /** The key that was given out before, unless the device holds another one now. */
  private HardwareKey known(HeldKey held) {
    HardwareKey before = given.get(held.id());
    boolean same =
        before != null
            && Arrays.equals(before.publicKey().getEncoded(), held.publicKey().getEncoded())
            && before.certificates().equals(held.certificates());
    HardwareKey key = same && before != null ? before : opaque(held);
    given.put(held.id(), key);
    return key;
  }

  private HardwareKey opaque(HeldKey held) {
    OpaqueKey key;
    if (held instanceof HeldKey.Ec ec) {
      key = new OpaqueEcKey(this, held.id(), ec.publicKey().getParams());
    } else {
      key = new OpaqueRsaKey(this, held.id(), ((HeldKey.Rsa) held).publicKey().getModulus());
    }
    return new HardwareKey(
        name, held.id(), key, held.publicKey(), held.certificates(), held.cipherSuites());
  }

  private void lost(IOException why) {
    state(KeyHealth.State.UNAVAILABLE, text(why));
    listed = Optional.empty();
    loaded.clear();
    hardware.close();
  }

  private TlsException unavailable(IOException error) {
    return new TlsException(TlsErrorCode.SE_FAILED, text(error), error);
  }

  private void state(KeyHealth.State now, String sentence) {
    boolean changed = state != now || !detail.equals(sentence);
    state = now;
    detail = sentence;
    if (changed && now == KeyHealth.State.READY) {
      logger.info("Hardware keys {}: {}", name, sentence);
    } else if (changed) {
      logger.warn("Hardware keys {} are not available: {}", name, sentence);
    }
  }

  private static String text(Exception error) {
    String message = error.getMessage();
    return message == null ? error.getClass().getSimpleName() : message;
  }

  /**
   * The key, if it is one of this device's.
   *
   * @throws InvalidKeyException otherwise: then the JCA asks another provider
   */
  <K extends OpaqueKey> K own(@Nullable Key key, Class<K> type) throws InvalidKeyException {
    if (type.isInstance(key) && type.cast(key).device() == this) {
      return type.cast(key);
    }
    throw new InvalidKeyException("Only keys held by " + name + " can be used here.");
  }

  /** Why nothing works any more; empty before the end. */
  Optional<TlsException> end() {
    return state == KeyHealth.State.STOPPED ? Optional.of(queue.stopped()) : Optional.empty();
  }

  /** The answer of a device that is out of its mind. */
  TlsException nonsense(int length, int expected) {
    return new TlsException(
        TlsErrorCode.SE_FAILED,
        "The device "
            + name
            + " answered "
            + length
            + " bytes instead of "
            + expected
            + "; check it, it may be another model.");
  }

  @Override
  public void close() {
    state = KeyHealth.State.STOPPED;
    detail = "The provider has stopped.";
    queue.close();
    hardware.close(); // The device's thread has ended, or does not heed its interruption.
  }
}
