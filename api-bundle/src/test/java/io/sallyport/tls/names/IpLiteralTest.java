package io.sallyport.tls.names;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {
  @Test
  void readsFourBytes() {
    assertArrayEquals(new byte[] {127, 0, 0, 1}, IpLiteral.parse("127.0.0.1").orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"::1", "[::1]", "fe80::1%eth0", "2001:db8::192.0.2.1"})
  void readsSixteenBytes(String literal) {
    assertEquals(16, IpLiteral.parse(literal).orElseThrow().length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"server.example", "1.2.3.4.example", "999.1.1.1", "12", "face", ":", ""})
  void leavesNamesAlone(String name) {
    assertTrue(IpLiteral.parse(name).isEmpty());
  }
}
