package io.sallyport.testkit.pki;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.Collection;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Writes PEM (RFC 7468). */
public final class Pem {
  private Pem() {}

  /** Certificates, one after another. */
  public static byte[] certificates(Collection<X509Certificate> certificates) {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      for (X509Certificate certificate : certificates) {
        writer.writeObject(new PemObject("CERTIFICATE", certificate.getEncoded()));
      }
    } catch (IOException | java.security.cert.CertificateEncodingException e) {
      throw new PkiException("A certificate could not be written.", e);
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** A key as PKCS#8. */
  public static byte[] privateKey(PrivateKey key) {
    return block("PRIVATE KEY", key.getEncoded());
  }

  /** A key as PKCS#1 (RSA) or SEC1 (EC), the forms before PKCS#8. */
  public static byte[] traditionalPrivateKey(PrivateKey key) {
    try {
      PrivateKeyInfo info = PrivateKeyInfo.getInstance(key.getEncoded());
      ASN1Encodable content =
          key instanceof ECPrivateKey ec
              ? new org.bouncycastle.asn1.sec.ECPrivateKey(
                  ec.getParams().getOrder().bitLength(),
                  ec.getS(),
                  info.getPrivateKeyAlgorithm().getParameters())
              : info.parsePrivateKey();
      return block(key.getAlgorithm() + " PRIVATE KEY", content.toASN1Primitive().getEncoded());
    } catch (IOException e) {
      throw new PkiException("The key could not be written.", e);
    }
  }

  /** A key as PKCS#8, encrypted by PBES2 with AES-256. */
  public static byte[] encryptedPrivateKey(PrivateKey key, char[] password) {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(
          new JcaPKCS8Generator(
              key,
              new JceOpenSSLPKCS8EncryptorBuilder(NISTObjectIdentifiers.id_aes256_CBC)
                  .setProvider(new BouncyCastleProvider())
                  .setRandom(new SecureRandom())
                  .setPassword(password)
                  .build()));
    } catch (IOException | OperatorCreationException e) {
      throw new PkiException("The key could not be encrypted.", e);
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] block(String label, byte[] der) {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(label, der));
    } catch (IOException e) {
      throw new PkiException("PEM could not be written.", e);
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
