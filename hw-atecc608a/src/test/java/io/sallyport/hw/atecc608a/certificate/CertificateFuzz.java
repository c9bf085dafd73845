package io.sallyport.hw.atecc608a.certificate;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a fuzzer feeds to the rebuilder and to the compressor: certificates, or a refusal. */
public final class CertificateFuzz {
  private static final String[] CODES = {"KQp2ZkD8", "MKMwyhP1", "\0\0\0\0\0\0\0\0"};
  private static final int SIMULATED = 3;
  private static final int ISSUED = 4;

  private CertificateFuzz() {}

  /**
   * The kind; then slots 10, 12, 11, the key, the serial number, slots 5 and 8; or certificates.
   */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int kind = (input[0] & 0xFF) % (ISSUED + 1);
    byte[] rest = Arrays.copyOfRange(input, 1, Math.max(1, input.length));
    if (kind == ISSUED) {
      compress(rest);
    } else {
      rebuild(kind, Arrays.copyOf(rest, 741));
    }
  }

  private static void rebuild(int kind, byte[] all) {
    byte[] otp = Arrays.copyOf(CODES[kind % SIMULATED].getBytes(StandardCharsets.US_ASCII), 64);
    if (kind == SIMULATED) {
      MakerFamily.mark(otp, new byte[20]);
    }
    Memory memory =
        new Memory(
            Arrays.copyOfRange(all, 280, 289),
            otp,
            Arrays.copyOfRange(all, 216, 280),
            Arrays.copyOfRange(all, 289, 325),
            Arrays.copyOfRange(all, 325, 741),
            Arrays.copyOf(all, 72),
            Arrays.copyOfRange(all, 144, 216),
            Arrays.copyOfRange(all, 72, 144));
    try {
      CompressedCertificate parsed = CompressedCertificate.parse(memory.device());
      require(Arrays.equals(parsed.encode(), memory.device()));
      whatFitsIsACertificate(parsed, memory);
    } catch (IllegalArgumentException e) {
      require(!String.valueOf(e.getMessage()).isEmpty());
    }
    try {
      List<X509Certificate> chain = Chain.rebuild(memory);
      require(chain.isEmpty() || chain.size() == 2);
    } catch (CertificateException e) {
      require(String.valueOf(e.getMessage()).length() > 10);
    }
  }

  /** Whatever the dates and numbers, the platform's parser takes what comes of them. */
  private static void whatFitsIsACertificate(CompressedCertificate parsed, Memory memory) {
    List<Contents> candidates = new ArrayList<>();
    MakerFamily.of(memory)
        .filter(family -> parsed.template() == MakerFamily.DEVICE_TEMPLATE && parsed.chain() == 0)
        .filter(family -> !parsed.serialSource().isStored())
        .ifPresent(family -> candidates.addAll(family.device(parsed, memory)));
    for (Contents candidate : candidates) {
      byte[] encoded = Der.signed(candidate.encode(), parsed.signature());
      try {
        X509Certificate certificate =
            (X509Certificate)
                CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(encoded));
        require(Arrays.equals(Der.rawSignature(certificate.getSignature()), parsed.signature()));
      } catch (CertificateException e) {
        // A point that is none; the JDK's parser looks at it.
        require(!Chain.verifies(memory.point(), encoded, parsed.signature()));
      }
    }
  }

  private static void compress(byte[] input) {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      factory
          .generateCertificates(new ByteArrayInputStream(input))
          .forEach(certificate -> chain.add((X509Certificate) certificate));
    } catch (CertificateException e) {
      return; // No certificates.
    }
    byte[] point = new byte[64];
    if (!chain.isEmpty()) {
      byte[] info = chain.get(0).getPublicKey().getEncoded();
      point =
          Arrays.copyOf(Arrays.copyOfRange(info, Math.max(0, info.length - 64), info.length), 64);
    }
    try {
      require(Compression.of(chain, new byte[9], point).general().length <= 416);
    } catch (CertificateException e) {
      require(String.valueOf(e.getMessage()).length() > 10);
    }
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new AssertionError("It does not hold.");
    }
  }
}
