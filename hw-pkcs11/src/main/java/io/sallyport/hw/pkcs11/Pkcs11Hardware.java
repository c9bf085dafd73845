package io.sallyport.hw.pkcs11;

import io.sallyport.hw.HeldKey;
import io.sallyport.hw.KeyHardware;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
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
    } catch (KeyNotFoundException e) {
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
      // Some modules do not notice by themselves that a token or a key has come, or come back.
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
    HeldKey chosen = chosen(token, all);
    List<HeldKey> held = new ArrayList<>(List.of(chosen));
    for (TokenKey other : all) {
      if (!other.name().equals(chosen.id()) && KeyKinds.areUsable(other.publicKey())) {
        held.add(held(token, other));
      }
    }
    if (held.stream().anyMatch(HeldKey.Rsa.class::isInstance) && !RsaTokenKey.isRaw(token)) {
      warnings.accept(RsaTokenKey.withoutRaw(token));
    }
    return held;
  }

  /** The default key, with the certificates that the configuration wants. */
  private HeldKey chosen(Token token, List<TokenKey> all)
      throws IOException, GeneralSecurityException {
    Optional<Cryptoki> cryptoki = library.cryptoki();
    KeySelection selection = new KeySelection(settings.key(), token, cryptoki);
    if (settings.certificate().isEmpty()) {
      TokenKey key = selection.among(all);
      refuseUnusable(key.publicKey(), key + " in " + token);
      return held(token, key);
    }
    Path file = settings.certificate().get();
    List<X509Certificate> chain = CertificateFile.read(file);
    PublicKey certified = chain.get(0).getPublicKey();
    refuseUnusable(certified, "of the certificate in " + file);
    Optional<TokenObject> bare = selection.withoutCertificate(all);
    if (bare.isPresent() && cryptoki.isPresent()) {
      return new BareKey(library, token, cryptoki.get(), bare.get()).certified(chain);
    }
    TokenKey key = selection.among(all);
    if (!Arrays.equals(certified.getEncoded(), key.publicKey().getEncoded())) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The certificate in "
              + file
              + " is not for the key "
              + key
              + " in "
              + token
              + "; give the one that was issued for it.");
    }
    return held(token, new TokenKey(key.name(), key.key(), chain));
  }

  private static void refuseUnusable(PublicKey key, String which) throws TlsException {
    if (!KeyKinds.areUsable(key)) {
      throw new TlsException(
          TlsErrorCode.NOT_SUPPORTED,
          "The key "
              + which
              + " cannot be used; give one on P-256 or P-384, or RSA with 2048 to 4096 bits.");
    }
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
