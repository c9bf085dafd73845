package io.sallyport.launcher.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sallyport.tls.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class PeerConverterTest {
  private final PeerConverter converter = new PeerConverter();

  @Test
  void readsEveryForm() {
    assertEquals(new Peer("example.org", 443), converter.convert("example.org"));
    assertEquals(new Peer("example.org", 8443), converter.convert("example.org:8443"));
    assertEquals(new Peer("::1", 8443), converter.convert("[::1]:8443"));
    assertEquals(new Peer("::1", 443), converter.convert("[::1]"));
    assertEquals(new Peer("2001:db8::1", 443), converter.convert("2001:db8::1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":443", "host:", "host:0", "host:65536", "host:http", "[::1"})
  void refusesOthers(String text) {
    assertThrows(TypeConversionException.class, () -> converter.convert(text));
  }
}
