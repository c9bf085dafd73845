package io.sallyport.core.credential;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.io.StringReader;
import java.security.PrivateKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.EncryptionException;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.bc.BcPEMDecryptorProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.bouncycastle.util.io.pem.PemReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads private keys with Bouncy Castle's PEM support; the keys themselves are made by the Java
 * platform's providers. Bouncy Castle's own provider is used, unregistered, to decrypt: the
 * platform's lacks most of the schemes.
 */
final class PrivateKeyReader {
  private static final Set<String> LABELS =
      Set.of("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY");
  private static final String CURVE_LABEL = "EC PARAMETERS";

  private PrivateKeyReader() {}

  static PrivateKey read(byte[] pemOrDer, char[] password) throws TlsException {
    try {
      PrivateKeyInfo info =
          PemBlocks.looksLikePem(pemOrDer) ? pem(pemOrDer, password) : der(pemOrDer, password);
      requireNamedCurve(info);
      return new JcaPEMKeyConverter().getPrivateKey(info);
    } catch (TlsException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw failure(
          "The private key cannot be read ("
              + e.getMessage()
              + "); give PKCS#8, PKCS#1 or SEC1, as PEM or DER.",
          e);
    }
  }

  private static PrivateKeyInfo pem(byte[] bytes, char[] password) throws IOException {
    List<PemBlocks.Block> blocks = PemBlocks.find(bytes);
    PemBlocks.Block block =
        blocks.stream()
            .filter(candidate -> candidate.label().endsWith("PRIVATE KEY"))
            .findFirst()
            .orElseThrow(
                () ->
                    failure(
                        "There is no private key in the input; give PEM with BEGIN … PRIVATE KEY"
                            + " lines, or DER.",
                        null));
    if (!LABELS.contains(block.label())) {
      throw failure(
          "A '"
              + block.label()
              + "' block is no private key that this platform reads; give PKCS#8, PKCS#1 or SEC1.",
          null);
    }
    if (!block.complete()) {
      throw failure("The private key was cut short: its END line is missing; copy it again.", null);
    }
    try (PEMParser parser = new PEMParser(new StringReader(block.text()))) {
      Object parsed = parser.readObject();
      if (parsed instanceof PrivateKeyInfo info) {
        return info;
      } else if (parsed instanceof PEMKeyPair pair) {
        return withCurve(pair.getPrivateKeyInfo(), blocks);
      } else if (parsed instanceof PKCS8EncryptedPrivateKeyInfo encrypted) {
        return decrypt(encrypted, password);
      } else if (parsed instanceof PEMEncryptedKeyPair encrypted) {
        return withCurve(decrypt(encrypted, password), blocks);
      }
      throw failure("The '" + block.label() + "' block is empty; copy the key again.", null);
    }
  }

  /** SEC1 may leave the curve to the EC PARAMETERS block beside it. */
  private static PrivateKeyInfo withCurve(PrivateKeyInfo info, List<PemBlocks.Block> blocks)
      throws IOException {
    if (!isEc(info) || info.getPrivateKeyAlgorithm().getParameters() != null) {
      return info;
    }
    Optional<PemBlocks.Block> parameters =
        blocks.stream().filter(block -> block.label().equals(CURVE_LABEL)).findFirst();
    if (parameters.isEmpty()) {
      return info;
    }
    try (PemReader reader = new PemReader(new StringReader(parameters.get().text()))) {
      return new PrivateKeyInfo(
          new AlgorithmIdentifier(
              X9ObjectIdentifiers.id_ecPublicKey,
              ASN1Primitive.fromByteArray(reader.readPemObject().getContent())),
          info.parsePrivateKey());
    }
  }

  private static boolean isEc(PrivateKeyInfo info) {
    return info.getPrivateKeyAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey);
  }

  private static void requireNamedCurve(PrivateKeyInfo info) throws TlsException {
    if (!isEc(info)) {
      return;
    }
    ASN1Encodable parameters = info.getPrivateKeyAlgorithm().getParameters();
    if (!(parameters instanceof ASN1ObjectIdentifier)) {
      throw failure(
          "The private key cannot be read: "
              + (parameters == null || parameters.equals(DERNull.INSTANCE)
                  ? "it does not say on which curve it is"
                  : "it describes its curve by numbers, which TLS does not allow (RFC 8422)")
              + "; give a key on a named curve.",
          null);
    }
  }

  /** DER has no label; the shape of the outer sequence tells the form. */
  private static PrivateKeyInfo der(byte[] bytes, char[] password) throws IOException {
    ASN1Sequence outer = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(bytes));
    if (outer.size() == 2 && outer.getObjectAt(0) instanceof ASN1Sequence) {
      return decrypt(
          new PKCS8EncryptedPrivateKeyInfo(EncryptedPrivateKeyInfo.getInstance(outer)), password);
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
          new JcePKCSPBEInputDecryptorProviderBuilder()
              .setProvider(new BouncyCastleProvider())
              .build(password));
    } catch (PKCSException e) {
      throw e.getCause() instanceof OperatorCreationException ? unknownScheme(e) : wrongPassword(e);
    } catch (RuntimeException e) {
      throw wrongPassword(e);
    }
  }

  private static PrivateKeyInfo decrypt(PEMEncryptedKeyPair encrypted, char[] password)
      throws TlsException {
    requirePassword(password);
    try {
      return encrypted.decryptKeyPair(new BcPEMDecryptorProvider(password)).getPrivateKeyInfo();
    } catch (EncryptionException e) {
      throw String.valueOf(e.getMessage()).startsWith("unknown")
          ? unknownScheme(e)
          : wrongPassword(e);
    } catch (IOException | RuntimeException e) {
      throw wrongPassword(e); // Also what a wrong password turned into something else.
    }
  }

  private static void requirePassword(char[] password) throws TlsException {
    if (password.length == 0) {
      throw failure(
          "The private key is encrypted and no password was given; give its password.", null);
    }
  }

  private static TlsException wrongPassword(Exception cause) {
    return failure(
        "The private key cannot be decrypted; its password is wrong, or it was damaged.", cause);
  }

  private static TlsException unknownScheme(Exception cause) {
    return failure(
        "The private key is encrypted in a way that this platform does not know ("
            + cause.getMessage()
            + "); encrypt it anew, for instance by 'openssl pkcs8 -topk8 -v2 aes-256-cbc'.",
        cause);
  }

  private static TlsException failure(String sentence, @Nullable Exception cause) {
    return cause == null
        ? new TlsException(TlsErrorCode.PK_PARSE_KEY_FAILED, sentence)
        : new TlsException(TlsErrorCode.PK_PARSE_KEY_FAILED, sentence, cause);
  }
}
