package io.sallyport.hw.pkcs11;

import java.io.IOException;
import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.login.LoginException;
import org.jspecify.annotations.Nullable;

/** A token that this process has logged in to. Its library's lock guards it. */
final class Token {
  private final String name;
  private final long slot;
  private final AuthProvider provider;
  private final KeyStore store;
  private int users;
  private boolean ended;

  private Token(String name, long slot, AuthProvider provider, KeyStore store) {
    this.name = name;
    this.slot = slot;
    this.provider = provider;
    this.store = store;
  }

  /**
   * Logs in.
   *
   * @throws PinRefusedException when the token does not take the PIN
   * @throws IOException when it fails otherwise
   */
  static Token login(String name, long slot, AuthProvider provider, PinSource source)
      throws IOException {
    char[] pin = source.read();
    try {
      provider.login(
          null,
          callbacks -> {
            for (Callback callback : callbacks) {
              ((PasswordCallback) callback).setPassword(pin);
            }
          });
      KeyStore store = KeyStore.getInstance("PKCS11", provider);
      store.load(null, null);
      return new Token(name, slot, provider, store);
    } catch (LoginException e) {
      logout(provider);
      if (Failures.isLocked(e)) {
        throw Failures.locked(name);
      }
      throw Failures.isAboutPin(e) ? refused(name, source, e) : unusable(name, e);
    } catch (GeneralSecurityException | IOException | ProviderException e) {
      logout(provider);
      throw unusable(name, e);
    } finally {
      Arrays.fill(pin, '\0');
    }
  }

  private static IOException refused(String name, PinSource source, LoginException e) {
    String code = Failures.words(e);
    return new PinRefusedException(
        "The PIN in "
            + source
            + " is refused ("
            + code
            + ") by "
            + name
            + "; correct it: it is not tried again before, because wrong PINs lock a token.",
        e);
  }

  private static IOException unusable(String name, Exception e) {
    return new IOException(
        "Cannot log in to " + name + ": " + Failures.words(e) + "; see that its service runs.", e);
  }

  long slot() {
    return slot;
  }

  Provider provider() {
    return provider;
  }

  void join() {
    users++;
  }

  /** Whether nobody is left. */
  boolean leave() {
    users--;
    return users <= 0;
  }

  boolean hasEnded() {
    return ended;
  }

  /** Logs out and closes all sessions. Idempotent. */
  void end() {
    if (!ended) {
      ended = true;
      logout(provider);
    }
  }

  private static void logout(AuthProvider provider) {
    try {
      provider.logout();
    } catch (LoginException | ProviderException e) {
      // A lost token cannot be logged out; its sessions are closed nevertheless.
    }
  }

  /** The keys that SunPKCS11 shows: those with a certificate in the token. Sorted by name. */
  List<TokenKey> keys() throws GeneralSecurityException {
    List<String> names = new ArrayList<>(Collections.list(store.aliases()));
    Collections.sort(names);
    List<TokenKey> keys = new ArrayList<>();
    for (String alias : names) {
      Certificate[] chain = store.getCertificateChain(alias);
      if (chain != null && store.isKeyEntry(alias) && keyOf(alias) instanceof PrivateKey key) {
        keys.add(new TokenKey(alias, key, certificates(chain)));
      }
    }
    return keys;
  }

  private @Nullable Key keyOf(String alias) throws GeneralSecurityException {
    try {
      return store.getKey(alias, null);
    } catch (ProviderException e) {
      if (e.getCause() instanceof KeyStoreException) {
        return null; // A kind of key that the Java platform does not know.
      }
      throw e;
    }
  }

  private static List<X509Certificate> certificates(Certificate[] chain) {
    return Arrays.stream(chain).map(X509Certificate.class::cast).toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
