package io.sallyport.hw.pkcs11;

import io.sallyport.hw.EcOperation;
import java.io.IOException;
import java.security.Signature;

/** Signs with an elliptic-curve key in a token. */
final class EcTokenKey implements EcOperation {
  private final TokenLibrary library;
  private final Token token;
  private final TokenKey key;

  EcTokenKey(TokenLibrary library, Token token, TokenKey key) {
    this.library = library;
    this.token = token;
    this.key = key;
  }

  @Override
  public byte[] sign(byte[] digest) throws IOException {
    return library.use(
        token,
        open -> {
          // CKM_ECDSA as it is: r and s, each as long as the order.
          Signature signature =
              Signature.getInstance("NONEwithECDSAinP1363Format", open.provider());
          signature.initSign(key.key());
          signature.update(digest);
          return signature.sign();
        });
  }
}
