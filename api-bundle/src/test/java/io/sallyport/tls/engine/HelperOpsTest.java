package io.sallyport.tls.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.CryptoOps;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HelperOpsTest {
  private final CryptoOps helpers = new HelperOps();

  @Test
  void sha1IsThatOfFips180() {
    assertEquals(
        "a9993e364706816aba3e25717850c26c9cd0d89d",
        HexFormat.of().formatHex(helpers.sha1("abc".getBytes(StandardCharsets.US_ASCII))));
  }

  @Test
  void base64IsPaddedAndTellsHowMuchWasWritten() throws Exception {
    ByteBuffer room = ByteBuffer.allocate(20);
    assertEquals(8, helpers.base64Encode(new byte[] {'f', 'o', 'o', 'b'}, room));
    assertEquals("Zm9vYg==", StandardCharsets.US_ASCII.decode(room.flip()).toString());
  }

  @Test
  void aBufferThatIsTooSmallIsTheOriginalsErrorAndStaysAsItWas() {
    ByteBuffer room = ByteBuffer.allocate(7);
    TlsException refused =
        assertThrows(TlsException.class, () -> helpers.base64Encode(new byte[4], room));
    assertEquals(TlsErrorCode.INVALID_ARG, refused.code());
    assertEquals(Optional.of("-0x002A"), refused.stackError());
    assertEquals(0, room.position());
  }
}
