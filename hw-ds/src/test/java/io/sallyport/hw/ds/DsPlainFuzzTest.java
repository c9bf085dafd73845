package io.sallyport.hw.ds;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Parameters from somebody who knows the eFuse key: any numbers, with the digest that they have.
 */
@Timeout(FuzzedChip.SECONDS)
class DsPlainFuzzTest {
  private static final int NUMBERS = 3 * FuzzedChip.CHIP.numberBytes();
  private static final int TAIL = 2 * Integer.BYTES + DsPlain.PADDING;

  @TempDir private Path folder;
  private FuzzedChip chip;
  private byte[] aesKey;

  @BeforeEach
  void burn() throws IOException {
    chip = new FuzzedChip(folder);
    aesKey = EfuseKeys.derive(FuzzedChip.hmacKey());
  }

  /**
   * Any numbers.
   *
   * @param plain M', length and padding, then Y, M and Rb; what is missing is zero
   */
  @FuzzTest(maxDuration = "3s")
  void numbersThatAreNoKeyAreRefused(byte[] plain) throws IOException {
    byte[] all = Arrays.copyOf(plain, TAIL + NUMBERS);
    byte[] cipher = new byte[FuzzedChip.CHIP.cipherBytes()];
    System.arraycopy(all, TAIL, cipher, 0, NUMBERS);
    System.arraycopy(all, 0, cipher, NUMBERS + DsPlain.DIGEST, TAIL);
    byte[] iv = new byte[16];
    DsPlain sealed = new DsPlain(FuzzedChip.CHIP.numberBytes(), cipher);
    sealed.setDigest(sealed.digest(iv));
    int length = sealed.length();
    try (Aes256 aes = new Aes256(aesKey)) {
      aes.encrypt(iv, cipher);
    }
    var unused = chip.load(new DsParameters(FuzzedChip.CHIP, length, iv, cipher).encode());
  }
}
