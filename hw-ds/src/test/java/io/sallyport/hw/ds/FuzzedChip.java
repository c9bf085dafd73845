package io.sallyport.hw.ds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.HeldKey;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** A chip whose eFuse key the kept inputs were made for. */
final class FuzzedChip {
  static final DsChip CHIP = DsChip.ESP32C3;

  /** For each input: what takes longer hangs. */
  static final int SECONDS = 10;

  private static final int KEY_ID = 0;
  private static final Set<TlsErrorCode> REFUSALS =
      Set.of(TlsErrorCode.INVALID_ARG, TlsErrorCode.SE_FAILED);

  private final DsHardware hardware;

  /**
   * A chip.
   *
   * @param folder for its files
   */
  FuzzedChip(Path folder) throws IOException {
    Path hmacKey = folder.resolve("hmac.key");
    Files.write(hmacKey, hmacKey());
    this.hardware =
        new DsHardware(new DsSettings(CHIP, hmacKey, KEY_ID, Optional.empty(), Optional.empty()));
  }

  /** 01 to 20. */
  static byte[] hmacKey() {
    byte[] key = new byte[EfuseKeys.LENGTH];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (i + 1);
    }
    return key;
  }

  /** A key that signs what its public half verifies; empty when it is refused as documented. */
  Optional<HeldKey.Rsa> load(byte[] data) throws IOException {
    HeldKey.Rsa key;
    try {
      key = (HeldKey.Rsa) hardware.load(KeyReference.digitalSignature(data, KEY_ID));
    } catch (TlsException refusal) {
      assertTrue(REFUSALS.contains(refusal.code()), refusal::toString);
      return Optional.empty();
    }
    byte[] block = new byte[(key.publicKey().getModulus().bitLength() + 7) / 8];
    Arrays.fill(block, 1, block.length, (byte) 0x5A);
    byte[] signature = key.operation().exponentiate(block);
    BigInteger verified =
        new BigInteger(1, signature)
            .modPow(key.publicKey().getPublicExponent(), key.publicKey().getModulus());
    assertArrayEquals(block, RsaNumbers.block(verified, key.publicKey().getModulus()));
    return Optional.of(key);
  }
}
