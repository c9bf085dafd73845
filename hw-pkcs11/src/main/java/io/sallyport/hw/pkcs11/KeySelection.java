package io.sallyport.hw.pkcs11;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds the default key of a token. SunPKCS11 tells neither a key's id nor keys without a
 * certificate: for those PKCS#11 itself is asked.
 */
final class KeySelection {
  private final KeyChoice choice;
  private final Token token;
  private final Optional<Cryptoki> cryptoki;

  KeySelection(KeyChoice choice, Token token, Optional<Cryptoki> cryptoki) {
    this.choice = choice;
    this.token = token;
    this.cryptoki = cryptoki;
  }

  /**
   * The default key.
   *
   * @param keys those that SunPKCS11 shows
   * @throws KeyNotFoundException when there is none
   * @throws TlsException INVALID_ARG when it cannot be told which it is
   */
  TokenKey among(List<TokenKey> keys) throws IOException, GeneralSecurityException {
    if (choice instanceof KeyChoice.Labelled labelled) {
      Optional<TokenKey> named =
          keys.stream().filter(key -> key.name().equals(labelled.label())).findFirst();
      return named.isPresent() ? named.get() : withId(labelled(labelled.label(), keys), keys);
    }
    if (choice instanceof KeyChoice.WithId wanted) {
      return withId(wanted.id(), keys);
    }
    if (keys.size() == 1) {
      return keys.get(0);
    }
    if (keys.isEmpty()) {
      throw none(keys);
    }
    throw wrong(
        "It is not the only key: "
            + token
            + " holds "
            + names(keys)
            + "; choose one with 'key.label'.");
  }

  /** A private key may have another label than its certificate, which SunPKCS11 goes by. */
  private ObjectId labelled(String label, List<TokenKey> keys) throws IOException {
    for (TokenObject key : objects()) {
      if (key.label().equals(label) && key.id().isPresent()) {
        return key.id().get();
      }
    }
    throw none(keys);
  }

  private TokenKey withId(ObjectId id, List<TokenKey> keys)
      throws IOException, GeneralSecurityException {
    if (cryptoki.isEmpty()) {
      throw wrong(
          "Without JNA a key cannot be found by its id, as 'key.id' asks; install the bundle"
              + " com.sun.jna, or give 'key.label'.");
    }
    Optional<byte[]> certificate = cryptoki.get().certificate(token.slot(), id);
    if (certificate.isPresent()) {
      for (TokenKey key : keys) {
        X509Certificate leaf = key.leaf();
        if (Arrays.equals(leaf.getEncoded(), certificate.get())) {
          return key;
        }
      }
    }
    throw none(keys);
  }

  /**
   * The default key, if it is one without a certificate in the token.
   *
   * @param keys those that SunPKCS11 shows
   */
  Optional<TokenObject> withoutCertificate(List<TokenKey> keys) throws IOException {
    for (TokenObject object : objects()) {
      if (isMeant(object, keys) && !object.name().isEmpty() && !isCertified(object)) {
        return Optional.of(object);
      }
    }
    return Optional.empty();
  }

  private boolean isMeant(TokenObject object, List<TokenKey> keys) throws IOException {
    if (choice instanceof KeyChoice.Labelled labelled) {
      return object.label().equals(labelled.label())
          && keys.stream().noneMatch(key -> key.name().equals(labelled.label()));
    }
    if (choice instanceof KeyChoice.WithId wanted) {
      return object.id().filter(id -> id.hex().equals(wanted.id().hex())).isPresent();
    }
    return keys.isEmpty() && objects().size() == 1;
  }

  private boolean isCertified(TokenObject object) throws IOException {
    return cryptoki.isPresent()
        && object.id().isPresent()
        && cryptoki.get().certificate(token.slot(), object.id().get()).isPresent();
  }

  private List<TokenObject> objects() throws IOException {
    return cryptoki.isEmpty() ? List.of() : cryptoki.get().privateKeys(token.slot());
  }

  private KeyNotFoundException none(List<TokenKey> keys) throws IOException {
    List<TokenObject> hidden = objects();
    return new KeyNotFoundException(
        "Cannot find "
            + choice
            + " in "
            + token
            + ", which holds "
            + (keys.isEmpty() ? "no key with a certificate" : "with certificates " + names(keys))
            + (hidden.isEmpty()
                ? ""
                : "; all its private keys are "
                    + hidden.stream().map(TokenObject::toString).collect(Collectors.joining(", ")))
            + ". A private key without a certificate of the same id in the token needs one from a"
            + " file: give it with 'certificate'.");
  }

  private static String names(List<TokenKey> keys) {
    return keys.stream().map(TokenKey::toString).collect(Collectors.joining(", "));
  }

  private static TlsException wrong(String sentence) {
    return new TlsException(TlsErrorCode.INVALID_ARG, sentence);
  }
}
