package io.sallyport.hw.ecdsa;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;

/** What a fuzzer feeds to the reader of private keys: a key or a refusal, nothing else. */
public final class PrivateKeyFuzz {
  private PrivateKeyFuzz() {}

  /** A file that is said to hold a private key. */
  public static void fuzzerTestOneInput(byte[] input) {
    for (Curve curve : new Curve[] {Curve.P_256, Curve.P_384}) {
      try (Wipe memory = new Wipe()) {
        if (new PrivateKeyReader(memory).read(input, curve).length != curve.length()) {
          throw new AssertionError("The key has another length.");
        }
      } catch (TlsException e) {
        if (e.code() != TlsErrorCode.PK_PARSE_KEY_FAILED) {
          throw new AssertionError("It is refused as " + e.code() + ".", e);
        }
      }
    }
  }
}
