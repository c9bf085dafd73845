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
   * @throws TlsException INVALID_ARG when there is none, or which it is cannot be told
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
    throw keys.isEmpty()
        ? none(keys)
        : wrong(
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

  private List<TokenObject> objects() throws IOException {
    return cryptoki.isEmpty() ? List.of() : cryptoki.get().privateKeys(token.slot());
  }

  private TlsException none(List<TokenKey> keys) throws IOException {
    List<TokenObject> hidden = objects();
    return wrong(
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
            + ". Java sees a private key only with a certificate of the same id in the token: put"
            + " one there, for example with pkcs11-tool --login --write-object leaf.der --type cert"
            + " --id 01");
  }

  private static String names(List<TokenKey> keys) {
    return keys.stream().map(TokenKey::toString).collect(Collectors.joining(", "));
  }

  private static TlsException wrong(String sentence) {
    return new TlsException(TlsErrorCode.INVALID_ARG, sentence);
  }
}
