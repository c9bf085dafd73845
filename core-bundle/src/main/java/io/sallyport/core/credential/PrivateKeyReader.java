package io.sallyport.core.credential;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.io.StringReader;
import java.security.PrivateKey;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.bc.BcPEMDecryptorProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/**
 * Reads private keys with Bouncy Castle's PEM support; the keys themselves are made by the Java
 * platform's providers. Bouncy Castle's own provider is used, unregistered, to decrypt: the
 * platform's lacks most of the schemes.
 */
final class PrivateKeyReader {
  private PrivateKeyReader() {}

  static PrivateKey read(byte[] pemOrDer, char[] password) throws TlsException {
    try {
      PrivateKeyInfo info =
          PemBlocks.looksLikePem(pemOrDer) ? pem(pemOrDer, password) : der(pemOrDer, password);
      return new JcaPEMKeyConverter().getPrivateKey(info);
    } catch (TlsException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new TlsException(
          TlsErrorCode.PK_PARSE_KEY_FAILED,
          "The private key cannot be read: "
              + e.getMessage()
              + "; give PKCS#8, PKCS#1 or SEC1, as PEM or DER.",
          e);
    }
  }

  private static PrivateKeyInfo pem(byte[] bytes, char[] password) throws IOException {
    List<PemBlocks.Block> keys =
        PemBlocks.find(bytes).stream()
            .filter(block -> block.label().endsWith("PRIVATE KEY"))
            .toList();
    if (keys.isEmpty()) {
      throw new TlsException(
          TlsErrorCode.PK_PARSE_KEY_FAILED,
          "There is no private key in the input; give PEM with BEGIN … PRIVATE KEY lines, or DER.");
    }
    try (PEMParser parser = new PEMParser(new StringReader(keys.get(0).text()))) {
      Object parsed = parser.readObject();
      if (parsed instanceof PrivateKeyInfo info) {
        return info;
      } else if (parsed instanceof PEMKeyPair pair) {
        return pair.getPrivateKeyInfo();
      } else if (parsed instanceof PKCS8EncryptedPrivateKeyInfo encrypted) {
        return decrypt(encrypted, password);
      } else if (parsed instanceof PEMEncryptedKeyPair encrypted) {
        return decrypt(encrypted, password);
      }
      throw new TlsException(
          TlsErrorCode.PK_PARSE_KEY_FAILED,
          "A '" + keys.get(0).label() + "' block is no private key that this platform reads.");
    }
  }

  /** DER has no label; the shape of the outer sequence tells the form. */
  private static PrivateKeyInfo der(byte[] bytes, char[] password) throws IOException {
    ASN1Sequence outer = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(bytes));
    if (outer.size() == 2 && outer.getObjectAt(0) instanceof ASN1Sequence) {
      return decrypt(new PKCS8EncryptedPrivateKeyInfo(bytes), password);
    }
    if (outer.size() >= 9 && outer.getObjectAt(1) instanceof ASN1Integer) {
      return new PrivateKeyInfo(
          new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE), outer);
    }
    if (outer.size() >= 2 && outer.getObjectAt(1) instanceof ASN1OctetString) {
      ECPrivateKey sec1 = ECPrivateKey.getInstance(outer);
      return new PrivateKeyInfo(
          new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, sec1.getParametersObject()),
          sec1);
    }
    return PrivateKeyInfo.getInstance(outer);
  }

  private static PrivateKeyInfo decrypt(PKCS8EncryptedPrivateKeyInfo encrypted, char[] password)
      throws TlsException {
    requirePassword(password);
    try {
      return encrypted.decryptPrivateKeyInfo(
          new JceOpenSSLPKCS8DecryptorProviderBuilder()
              .setProvider(new BouncyCastleProvider())
              .build(password));
    } catch (OperatorCreationException | PKCSException e) {
      throw wrongPassword(e);
    }
  }

  private static PrivateKeyInfo decrypt(PEMEncryptedKeyPair encrypted, char[] password)
      throws IOException {
    requirePassword(password);
    try {
      return encrypted.decryptKeyPair(new BcPEMDecryptorProvider(password)).getPrivateKeyInfo();
    } catch (PEMException e) {
      throw wrongPassword(e);
    }
  }

  private static void requirePassword(char[] password) throws TlsException {
    if (password.length == 0) {
      throw new TlsException(
          TlsErrorCode.PK_PARSE_KEY_FAILED,
          "The private key is encrypted and no password was given; give its password.");
    }
  }

  private static TlsException wrongPassword(Exception cause) {
    return new TlsException(
        TlsErrorCode.PK_PARSE_KEY_FAILED,
        "The private key cannot be decrypted; the password is wrong or the encryption is not known.",
        cause);
  }
}
