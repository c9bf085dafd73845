package io.sallyport.hw.pkcs11;

import io.sallyport.hw.HeldKey;
import io.sallyport.hw.KeyHardware;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A PKCS#11 token as a device with keys.
 *
 * <p>A call into the module cannot be interrupted: it ends when the module lets it.
 */
final class Pkcs11Hardware implements KeyHardware {
  private record Refusal(Object version, String sentence) {}

  private final Settings settings;
  private final TokenLibrary library;
  private final Consumer<String> warnings;
  private final AtomicReference<@Nullable Token> current = new AtomicReference<>();

  /** Survives {@link #close}: a wrong PIN is tried once, however often the device is looked for. */
  private Optional<Refusal> refusal = Optional.empty();

  Pkcs11Hardware(Settings settings, TokenLibrary library, Consumer<String> warnings) {
    this.settings = settings;
    this.library = library;
    this.warnings = warnings;
  }

  @Override
  public List<HeldKey> connect() throws IOException {
    close();
    Object version = settings.pin().version();
    if (refusal.filter(last -> last.version().equals(version)).isPresent()) {
      throw new TlsException(TlsErrorCode.INVALID_ARG, refusal.get().sentence());
    }
    refusal = Optional.empty();
    try {
      return found();
    } catch (PinRefusedException e) {
      refusal = Optional.of(new Refusal(version, String.valueOf(e.getMessage())));
      forgetPins();
      throw new TlsException(TlsErrorCode.INVALID_ARG, String.valueOf(e.getMessage()), e);
    }
  }

  private void forgetPins() {
    try {
      library.forgetPins();
    } catch (IOException e) {
      // Then the next login restarts the module, if it lets itself be restarted.
    }
  }

  private List<HeldKey> found() throws IOException {
    boolean restarted = library.isSuspect() && library.restart();
    try {
      return opened();
    } catch (PinRefusedException | TlsException e) {
      throw e;
    } catch (IOException e) {
      // Some modules do not notice by themselves that a token has come, or has come back.
      if (restarted || !library.restart()) {
        throw e;
      }
    }
    return opened();
  }

  private List<HeldKey> opened() throws IOException {
    Token token = library.open(settings.token(), settings.pin());
    current.set(token);
    try {
      return library.use(token, this::keys);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private List<HeldKey> keys(Token token) throws IOException, GeneralSecurityException {
    List<TokenKey> all = token.keys();
    TokenKey chosen = new KeySelection(settings.key(), token, library.cryptoki()).among(all);
    if (!KeyKinds.areUsable(chosen.publicKey())) {
      throw new TlsException(
          TlsErrorCode.NOT_SUPPORTED,
          "The key "
              + chosen
              + " in "
              + token
              + " cannot be used; give one on P-256 or P-384, or RSA with 2048 to 4096 bits.");
    }
    List<HeldKey> held = new ArrayList<>();
    held.add(held(token, certified(chosen, token)));
    for (TokenKey other : all) {
      if (!other.name().equals(chosen.name()) && KeyKinds.areUsable(other.publicKey())) {
        held.add(held(token, other));
      }
    }
    if (held.stream().anyMatch(HeldKey.Rsa.class::isInstance) && !RsaTokenKey.isRaw(token)) {
      warnings.accept(RsaTokenKey.withoutRaw(token));
    }
    return held;
  }

  /** The default key with the certificates that the configuration wants. */
  private TokenKey certified(TokenKey key, Token token) throws TlsException {
    if (settings.certificate().isEmpty()) {
      return key;
    }
    List<X509Certificate> chain = CertificateFile.read(settings.certificate().get());
    byte[] certified = chain.get(0).getPublicKey().getEncoded();
    if (!Arrays.equals(certified, key.publicKey().getEncoded())) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The certificate in "
              + settings.certificate().get()
              + " is not for the key "
              + key
              + " in "
              + token
              + "; give the one that was issued for it.");
    }
    return new TokenKey(key.name(), key.key(), chain);
  }

  private HeldKey held(Token token, TokenKey key) {
    List<X509Certificate> chain = key.certificates();
    return key.publicKey() instanceof ECPublicKey ec
        ? new HeldKey.Ec(key.name(), ec, chain, List.of(), new EcTokenKey(library, token, key))
        : new HeldKey.Rsa(
            key.name(),
            (RSAPublicKey) key.publicKey(),
            chain,
            List.of(),
            new RsaTokenKey(library, token, key));
  }

  @Override
  public void close() {
    Token token = current.getAndSet(null);
    if (token != null) {
      library.release(token);
    }
  }
}
