package io.sallyport.core.credential;

import io.sallyport.tls.CertificateBundle;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.PublicKey;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * The ESP x509 bundle format, little endian: the offset of each record as u32, then the records,
 * one after another and sorted by name: u16 length of the name, u16 length of the key, the subject
 * in DER, the SubjectPublicKeyInfo in DER.
 */
final class BundleFormat {
  /** What ESP-TLS allows by default (CONFIG_MBEDTLS_CERTIFICATE_BUNDLE_MAX_CERTS). */
  static final int MAX_ROOTS = 200;

  private static final int OFFSET_BYTES = 4;
  private static final int HEADER_BYTES = 4;
  private static final int U16_MAX = 0xFFFF;
  private static final int DER_SEQUENCE = 0x30;

  private BundleFormat() {}

  /** A root, as the format has it: the subject and the SubjectPublicKeyInfo, in DER. */
  private static final class Root {
    private final byte[] name;
    private final byte[] key;

    Root(byte[] name, byte[] key) {
      this.name = name;
      this.key = key;
    }

    int length() {
      return HEADER_BYTES + name.length + key.length;
    }
  }

  /**
   * Whether the bytes begin as a certificate in DER: a sequence of 128 bytes or more. A bundle
   * begins with the length of its offsets instead, whose second byte is small.
   */
  static boolean looksLikeDer(byte[] bytes) {
    return bytes.length > 1 && bytes[0] == DER_SEQUENCE && bytes[1] < 0;
  }

  static CertificateBundle read(byte[] bytes) throws TlsException {
    List<TrustAnchor> anchors = new ArrayList<>();
    for (Root root : roots(bytes)) {
      anchors.add(anchor(root, anchors.size()));
    }
    return CertificateBundle.of(anchors);
  }

  private static List<Root> roots(byte[] bytes) throws TlsException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length <= OFFSET_BYTES + HEADER_BYTES) {
      throw notABundle("it has only " + bytes.length + " bytes");
    }
    long first = Integer.toUnsignedLong(buffer.getInt(0));
    if (first == 0 || first % OFFSET_BYTES != 0 || first >= bytes.length) {
      throw notABundle("it cannot begin its records at byte " + first);
    }
    int count = (int) (first / OFFSET_BYTES);
    if (count > MAX_ROOTS) {
      throw notABundle("it would have " + count + " roots, and at most " + MAX_ROOTS + " may be");
    }
    List<Root> roots = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long offset = Integer.toUnsignedLong(buffer.getInt(i * OFFSET_BYTES));
      long expected = i == 0 ? first : buffer.position();
      if (offset != expected) {
        throw notABundle(
            "root " + (i + 1) + " is said to begin at byte " + offset + ", not at " + expected);
      }
      buffer.position((int) offset);
      roots.add(root(buffer, i));
    }
    return roots;
  }

  private static Root root(ByteBuffer buffer, int index) throws TlsException {
    try {
      byte[] name = new byte[Short.toUnsignedInt(buffer.getShort())];
      byte[] key = new byte[Short.toUnsignedInt(buffer.getShort())];
      buffer.get(name).get(key);
      return new Root(name, key);
    } catch (BufferUnderflowException e) {
      throw notABundle("root " + (index + 1) + " goes beyond the end");
    }
  }

  private static TrustAnchor anchor(Root root, int index) throws TlsException {
    try {
      ASN1Primitive.fromByteArray(root.name); // It, unlike the principal, minds what comes after.
      X500Principal name = new X500Principal(root.name);
      PublicKey key =
          new JcaPEMKeyConverter()
              .getPublicKey(
                  SubjectPublicKeyInfo.getInstance(ASN1Primitive.fromByteArray(root.key)));
      return new TrustAnchor(name, key, null);
    } catch (IOException | RuntimeException e) {
      throw new TlsException(
          TlsErrorCode.X509_CRT_PARSE_FAILED,
          "The name or key of root "
              + (index + 1)
              + " in the certificate bundle cannot be read ("
              + e.getMessage()
              + "); make the bundle anew from PEM.",
          e);
    }
  }

  private static TlsException notABundle(String reason) {
    return new TlsException(
        TlsErrorCode.INVALID_ARG,
        "This is no certificate bundle: "
            + reason
            + "; give a file in the ESP x509 bundle format, PEM, or one certificate in DER.");
  }

  static byte[] write(CertificateBundle bundle) throws TlsException {
    List<Root> roots = new ArrayList<>();
    for (TrustAnchor anchor : bundle.anchors()) {
      roots.add(root(anchor));
    }
    if (roots.size() > MAX_ROOTS) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The bundle has "
              + roots.size()
              + " roots; the ESP x509 bundle format is read up to "
              + MAX_ROOTS
              + ", so leave some out.");
    }
    roots.sort((one, other) -> Arrays.compareUnsigned(one.name, other.name));
    int offset = roots.size() * OFFSET_BYTES;
    int length = offset + roots.stream().mapToInt(Root::length).sum();
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    for (Root root : roots) {
      buffer.putInt(offset);
      offset += root.length();
    }
    for (Root root : roots) {
      buffer.putShort((short) root.name.length).putShort((short) root.key.length);
      buffer.put(root.name).put(root.key);
    }
    return buffer.array();
  }

  private static Root root(TrustAnchor anchor) throws TlsException {
    X509Certificate certificate = anchor.getTrustedCert();
    X500Principal name =
        certificate == null ? anchor.getCA() : certificate.getSubjectX500Principal();
    PublicKey key = certificate == null ? anchor.getCAPublicKey() : certificate.getPublicKey();
    byte[] encoded = key.getEncoded();
    Root root = new Root(name.getEncoded(), encoded == null ? new byte[0] : encoded);
    if (encoded == null || root.name.length > U16_MAX || root.key.length > U16_MAX) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The root '"
              + name.getName()
              + "' has a name or key that the ESP x509 bundle format cannot hold (65535 bytes"
              + " each); leave it out.");
    }
    return root;
  }
}
