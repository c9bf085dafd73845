package io.sallyport.hw.ecdsa;

import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.HexFormat;

/** Keys of RFC 6979, appendices A.2.5 and A.2.6, and where they lie in virtual eFuse files. */
final class Samples {
  static final byte[] P_256_KEY =
      HexFormat.of().parseHex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
  static final byte[] P_384_KEY =
      HexFormat.of()
          .parseHex(
              "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8"
                  + "96D5724E4C70A825F872C9EA60D2EDF5");
  static final byte[] P_384_HIGH = Arrays.copyOf(P_384_KEY, 16);
  static final byte[] P_384_LOW = Arrays.copyOfRange(P_384_KEY, 16, 48);

  private Samples() {}

  /** As {@code burn_key BLOCK_KEY0 key.pem ECDSA_KEY --no-read-protect} makes it. */
  static VirtualFile p256OnH2() {
    return new VirtualFile().key(4, P_256_KEY).field(88, 4, 1).writeProtect(4);
  }

  /** As {@code burn_key BLOCK_KEY0 key.pem ECDSA_KEY_P384 --no-read-protect} makes it. */
  static VirtualFile p384OnC5() {
    return new VirtualFile()
        .key(4, P_384_HIGH)
        .field(86, 5, 18)
        .writeProtect(4)
        .key(5, P_384_LOW)
        .field(91, 5, 17)
        .writeProtect(5);
  }

  /** The same on an ESP32-P4 of revision 3, whose fifth bits stand apart. */
  static VirtualFile p384OnP4() {
    return new VirtualFile()
        .key(4, P_384_HIGH)
        .field(88, 4, 2)
        .bit(155)
        .writeProtect(4)
        .key(9, P_384_LOW)
        .field(108, 4, 1)
        .bit(164)
        .writeProtect(9);
  }

  static ECPublicKey publicKey(Curve curve, byte[] key) {
    return curve.publicKey(new Ecdsa(curve, new SecureRandom()).publicKey(key));
  }
}
