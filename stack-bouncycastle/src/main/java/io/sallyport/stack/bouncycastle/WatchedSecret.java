package io.sallyport.stack.bouncycastle;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.jcajce.JceTlsSecret;

/** A secret of TLS 1.3's key schedule that tells of those that are derived from it. */
final class WatchedSecret extends JceTlsSecret {
  private static final byte[] PREFIX = "tls13 ".getBytes(StandardCharsets.US_ASCII);

  /** HkdfLabel: the length of the output, 2 bytes, then the label with its own length before it. */
  private static final int LABEL = 3;

  private final WatchedCrypto watched;

  WatchedSecret(WatchedCrypto crypto, byte[] data) {
    super(crypto, data);
    this.watched = crypto;
  }

  @Override
  public synchronized TlsSecret hkdfExpand(int cryptoHashAlgorithm, byte[] info, int length) {
    String label = label(info);
    String actual = watched.actualLabel(label);
    byte[] actualInfo = actual.equals(label) ? info : withLabel(info, actual);
    byte[] output = super.hkdfExpand(cryptoHashAlgorithm, actualInfo, length).extract();
    if (watched.isWatched()) {
      byte[] copy = output.clone();
      watched.derived(actual, copy);
      Arrays.fill(copy, (byte) 0);
    }
    return new WatchedSecret(watched, output);
  }

  @Override
  public synchronized TlsSecret hkdfExtract(int cryptoHashAlgorithm, TlsSecret ikm) {
    return new WatchedSecret(watched, super.hkdfExtract(cryptoHashAlgorithm, ikm).extract());
  }

  private static String label(byte[] info) {
    int start = LABEL + PREFIX.length;
    int end = LABEL + (info[LABEL - 1] & 0xFF);
    return end < start || end > info.length
        ? ""
        : new String(info, start, end - start, StandardCharsets.US_ASCII);
  }

  /** The labels that are exchanged here are equally long. */
  private static byte[] withLabel(byte[] info, String label) {
    byte[] changed = info.clone();
    byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, changed, LABEL + PREFIX.length, bytes.length);
    return changed;
  }
}
