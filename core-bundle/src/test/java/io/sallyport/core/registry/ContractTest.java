package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sallyport.tls.TlsHandle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractTest {
  @ParameterizedTest
  @CsvSource({
    "5, 10, 5, true",
    "10, 10, 10, true",
    "0, 0, 0, true",
    "0, 10, 0, false",
    "5, 10, 4, false",
    "11, 10, 10, false",
    "11, 10, 11, false",
    "2147483647, 10, 10, false",
    "-1, 10, 0, true",
    "-1, 10, 1, false",
    "-2, 10, 0, false",
    "-2147483648, 10, 0, false"
  })
  void aReadAnswersWhatItPutThere(int result, int room, int advanced, boolean good) {
    assertEquals(good, Contract.isRead(result, room, advanced));
  }

  @ParameterizedTest
  @CsvSource({
    "5, 10, 5, true",
    "0, 0, 0, true",
    "0, 10, 0, false",
    "10, 10, 4, false",
    "11, 10, 11, false",
    "-1, 10, 0, false",
    "-7, 10, 0, false"
  })
  void aWriteAnswersWhatItTook(int result, int there, int advanced, boolean good) {
    assertEquals(good, Contract.isWritten(result, there, advanced));
    assertEquals(true, Contract.isWritten(TlsHandle.WANT_WRITE, there, 0));
    assertEquals(false, Contract.isWritten(TlsHandle.WANT_READ, there, 1));
  }
}
