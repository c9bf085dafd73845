package io.sallyport.core.osgi;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPath;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;

/**
 * Who signed a bundle. Not every framework checks signatures by itself (Felix does so only with an
 * extension), so the content that it serves is checked here, by the Java platform's own
 * verification of signed jars.
 */
final class BundleSigners {
  private static final String META_INF = "META-INF/";
  private static final String MANIFEST = "META-INF/MANIFEST.MF";

  private BundleSigners() {}

  /**
   * The certificates that signed every file of a bundle, and those that issued them.
   *
   * @return SHA-256 fingerprints in lower-case hexadecimal; empty when a file is not signed, a
   *     signature is wrong, or the bundle cannot be read
   */
  static Set<String> of(Bundle bundle) {
    try {
      return signers(new ByteArrayInputStream(jar(bundle)));
    } catch (IOException
        | SecurityException
        | CertificateEncodingException
        | IllegalStateException e) {
      return Set.of(); // Not provably signed is not signed; nor is what is not there any more.
    }
  }

  /** The bundle's content as a jar, what the verification needs first. */
  private static byte[] jar(Bundle bundle) throws IOException {
    List<String> paths = new ArrayList<>();
    Enumeration<URL> entries = bundle.findEntries("/", "*", true);
    if (entries == null) {
      return new byte[0];
    }
    for (URL url : Collections.list(entries)) {
      String path = url.getPath().replaceFirst("^/", "");
      if (!path.endsWith("/")) {
        paths.add(path);
      }
    }
    paths.sort(
        Comparator.comparingInt(BundleSigners::order).thenComparing(Comparator.naturalOrder()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String path : paths) {
        URL url = bundle.getEntry(path);
        if (url == null) {
          throw new IOException("The bundle has no " + path + " any more.");
        }
        zip.putNextEntry(new ZipEntry(path));
        try (InputStream in = url.openStream()) {
          in.transferTo(zip);
        }
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static int order(String path) {
    return path.equalsIgnoreCase(MANIFEST) ? 0 : isSignature(path) ? 1 : 2;
  }

  private static boolean isSignature(String path) {
    String name = path.toUpperCase(Locale.ROOT);
    return name.startsWith(META_INF)
        && name.indexOf('/', META_INF.length()) < 0
        && (name.endsWith(".SF")
            || name.endsWith(".RSA")
            || name.endsWith(".DSA")
            || name.endsWith(".EC"));
  }

  private static Set<String> signers(InputStream jar)
      throws IOException, CertificateEncodingException {
    Set<String> common = null;
    try (JarInputStream in = new JarInputStream(jar, true)) {
      for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
        in.transferTo(OutputStream.nullOutputStream()); // Only what was read is verified.
        if (isSignature(entry.getName()) || entry.isDirectory()) {
          continue;
        }
        Set<String> own = new HashSet<>();
        CodeSigner[] signers = entry.getCodeSigners();
        if (signers != null) {
          for (CodeSigner signer : signers) {
            for (Certificate certificate : issued(signer.getSignerCertPath())) {
              own.add(fingerprint(certificate));
            }
          }
        }
        if (common == null) {
          common = own;
        } else {
          common.retainAll(own);
        }
      }
    }
    return common == null ? Set.of() : Set.copyOf(common);
  }

  /**
   * The signer's certificate and those that really issued it. The Java platform puts the chain of a
   * signed jar together by names only, and certificates are public: anybody could show another
   * one's as his issuer's.
   */
  private static List<Certificate> issued(CertPath chain) {
    List<Certificate> issued = new ArrayList<>();
    for (Certificate certificate : chain.getCertificates()) {
      if (!issued.isEmpty() && !hasIssued(certificate, issued.get(issued.size() - 1))) {
        break;
      }
      issued.add(certificate);
    }
    return issued;
  }

  private static boolean hasIssued(Certificate issuer, Certificate subject) {
    try {
      subject.verify(issuer.getPublicKey());
      return issuer instanceof X509Certificate authority && authority.getBasicConstraints() >= 0;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String fingerprint(Certificate certificate) throws CertificateEncodingException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
