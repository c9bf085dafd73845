package io.sallyport.tls.engine;

import io.sallyport.tls.Identity;
import java.security.GeneralSecurityException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The identities of one configuration: its own one, and those that a selector chose for engines,
 * each in the form that the library uses. Thread-safe.
 */
final class OwnIdentities implements IdentityChooser {
  /** More than any selector has in use at once; a selector may make new ones again and again. */
  private static final int KEPT = 1024;

  private final EngineLibrary library;
  private final Optional<OwnKey> own;
  private final Map<Integer, OwnKey> chosen = new ConcurrentHashMap<>();
  private final Map<String, OwnKey> byAlias = new ConcurrentHashMap<>();
  private final Map<Identity, OwnKey> adapted = new LinkedHashMap<>(16, 0.75f, true);
  private int aliases;

  OwnIdentities(EngineLibrary library, Optional<Identity> identity)
      throws GeneralSecurityException {
    this.library = library;
    this.own = identity.isEmpty() ? Optional.empty() : Optional.of(adapt(identity.get()));
  }

  /** Notes what a selector chose for the engine with this key, until {@link #forget}. */
  void choose(int key, Identity identity) throws GeneralSecurityException {
    chosen.put(key, adapt(identity));
  }

  void forget(int key) {
    chosen.remove(key);
  }

  Optional<OwnKey> key(int engineKey) {
    OwnKey selected = chosen.get(engineKey);
    return selected != null ? Optional.of(selected) : own;
  }

  Optional<OwnKey> byAlias(String alias) {
    return Optional.ofNullable(byAlias.get(alias));
  }

  @Override
  public Optional<Identity> identity(int key) {
    return key(key).map(OwnKey::identity);
  }

  private OwnKey adapt(Identity identity) throws GeneralSecurityException {
    synchronized (adapted) {
      OwnKey known = adapted.get(identity);
      if (known != null) {
        return known;
      }
    }
    Identity form = library.adapt(identity); // Not under the lock: it is the library's code.
    synchronized (adapted) {
      OwnKey fresh = new OwnKey("own-" + ++aliases, form);
      adapted.put(identity, fresh);
      byAlias.put(fresh.alias(), fresh);
      Iterator<OwnKey> eldest = adapted.values().iterator();
      if (adapted.size() > KEPT) {
        byAlias.remove(eldest.next().alias());
        eldest.remove();
      }
      return fresh;
    }
  }
}
