package io.sallyport.hw.pkcs11;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.InvalidParameterException;
import java.security.Provider;
import java.security.Security;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes SunPKCS11 providers for slots. Not thread-safe: its library's lock guards it.
 *
 * <p>They are not registered with {@link Security}: only keys of theirs are used with them.
 */
final class SlotProviders {
  private final Path library;

  /** A provider without a token waits for one in a thread of its own: it is kept, not repeated. */
  private final Map<Long, AuthProvider> waiting = new HashMap<>();

  SlotProviders(Path library) {
    this.library = library;
  }

  /**
   * A provider with a token.
   *
   * @throws IOException when there is no token
   */
  AuthProvider provider(Place place, TokenChoice choice) throws IOException {
    AuthProvider provider = waiting.get(place.slot());
    if (provider == null) {
      provider = configured(place, choice);
    }
    if (provider.getService("KeyStore", "PKCS11") == null) {
      waiting.put(place.slot(), provider);
      throw new IOException("It is not plugged in: " + choice + " of " + library + ".");
    }
    waiting.remove(place.slot());
    return provider;
  }

  private AuthProvider configured(Place place, TokenChoice choice) throws IOException {
    Provider template = Security.getProvider("SunPKCS11");
    if (template == null) {
      throw new TlsException(
          TlsErrorCode.NOT_SUPPORTED,
          "This Java platform has no provider SunPKCS11; use one with the module"
              + " jdk.crypto.cryptoki.");
    }
    try {
      return (AuthProvider) template.configure("--" + configuration(place));
    } catch (InvalidParameterException e) {
      throw new IOException(
          "Cannot open " + choice + " of " + library + ": " + Failures.words(e) + "; check it.", e);
    }
  }

  private String configuration(Place place) throws TlsException {
    String file = library.toString().replace('\\', '/');
    if (file.chars().anyMatch(c -> c == '"' || c == '$' || c < ' ')) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "SunPKCS11 does not take the path '" + file + "'; link to it from a simpler one.");
    }
    return String.join(
        "\n",
        "name = sallyport",
        "library = \"" + file + "\"",
        place.setting(),
        // So that a logout closes all sessions.
        "destroyTokenAfterLogout = true",
        // Raw RSA, where a token has it for signing alone.
        "allowLegacy = true",
        "");
  }

  /** Forgets the providers that wait. */
  void clear() {
    waiting.clear();
  }
}
