package io.sallyport.hw.ds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Timeout;

/** Whatever the bytes are: they are read as they stand, or refused. */
@Timeout(FuzzedChip.SECONDS)
class DsParametersFuzzTest {
  @FuzzTest(maxDuration = "3s")
  void areReadAsTheyStandOrRefused(byte[] data) {
    for (DsChip chip : DsChip.values()) {
      DsParameters parameters;
      try {
        parameters = DsParameters.parse(chip, data);
      } catch (DsException refusal) {
        assertEquals(DsError.INVALID_ARG, refusal.error());
        continue;
      }
      assertArrayEquals(data, parameters.encode());
      assertTrue(chip.supports(parameters.bits()));
    }
  }
}
