package io.sallyport.hw.pkcs11;

import io.sallyport.hw.RsaOperation;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;

/**
 * Signs with an RSA key in a token: raw (CKM_RSA_X_509) where the token can; otherwise the token
 * pads, which is PKCS#1 v1.5 only.
 */
final class RsaTokenKey implements RsaOperation {
  private static final String RAW = "RSA/ECB/NoPadding";
  private static final String PADDED = "RSA/ECB/PKCS1Padding";
  private static final int LEAST_PADDING = 8; // RFC 8017 section 9.2

  private final TokenLibrary library;
  private final Token token;
  private final TokenKey key;

  RsaTokenKey(TokenLibrary library, Token token, TokenKey key) {
    this.library = library;
    this.token = token;
    this.key = key;
  }

  /** Whether the token can exponentiate as it is; without, there is no RSASSA-PSS. */
  static boolean isRaw(Token token) {
    return can(token.provider(), RAW);
  }

  private static boolean can(Provider provider, String transformation) {
    return provider.getService("Cipher", transformation) != null;
  }

  @Override
  public byte[] exponentiate(byte[] block) throws IOException {
    return library.use(
        token,
        open -> {
          if (can(open.provider(), RAW)) {
            return cipher(open.provider(), RAW, block);
          }
          Optional<byte[]> content = unpadded(block);
          if (content.isPresent() && can(open.provider(), PADDED)) {
            return cipher(open.provider(), PADDED, content.get());
          }
          throw new TlsException(
              TlsErrorCode.NOT_SUPPORTED,
              "RSASSA-PSS is not possible with the key " + key + ": " + withoutRaw(token));
        });
  }

  /** What does not work with a token that cannot exponentiate as it is. */
  static String withoutRaw(Token token) {
    return token
        + " has no raw RSA (CKM_RSA_X_509), so TLS 1.3 fails with its RSA keys, and TLS 1.2 where"
        + " both sides know RSASSA-PSS; use an EC key for those.";
  }

  private byte[] cipher(Provider provider, String transformation, byte[] input)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(transformation, provider);
    cipher.init(Cipher.ENCRYPT_MODE, key.key());
    return cipher.doFinal(input);
  }

  /** What is inside a block of type 1: 00 01 FF … FF 00 content. */
  private static Optional<byte[]> unpadded(byte[] block) {
    int end = 2;
    while (end < block.length && block[end] == (byte) 0xFF) {
      end++;
    }
    boolean padded =
        block.length > 2 + LEAST_PADDING
            && block[0] == 0
            && block[1] == 1
            && end >= 2 + LEAST_PADDING
            && end < block.length
            && block[end] == 0;
    return padded
        ? Optional.of(Arrays.copyOfRange(block, end + 1, block.length))
        : Optional.empty();
  }
}
