package io.sallyport.hw.ds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Parameters from somebody who does not know the eFuse key. */
@Timeout(FuzzedChip.SECONDS)
class DsLoadFuzzTest {
  private static final String GENUINE =
      "DsLoadFuzzTestInputs/onlyGenuineParametersGiveAKey/genuine-1024";

  @TempDir private Path folder;
  private FuzzedChip chip;
  private byte[] genuine;

  @BeforeEach
  void burn() throws IOException {
    chip = new FuzzedChip(folder);
    try (InputStream in = DsLoadFuzzTest.class.getResourceAsStream(GENUINE)) {
      genuine = in.readAllBytes();
    }
  }

  @FuzzTest(maxDuration = "3s")
  void onlyGenuineParametersGiveAKey(byte[] data) throws IOException {
    if (chip.load(data).isPresent()) {
      assertArrayEquals(encrypted(genuine), encrypted(data));
    }
  }

  /** All but the length in front, which does not decide. */
  private static byte[] encrypted(byte[] data) {
    return Arrays.copyOfRange(data, Integer.BYTES, data.length);
  }
}
