package io.sallyport.tls.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sallyport.tls.stack.Role;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WrongPeerTest {
  @Test
  void namesPlainHttpAndWhatToDo() {
    assertEquals(
        "The client spoke plain HTTP to a TLS port (first bytes 'GET / HTTP/1.1');"
            + " use https:// instead of http://.",
        sentence("GET / HTTP/1.1\r\nHost: a\r\n", Role.SERVER));
  }

  @Test
  void namesAServerThatAnswersInHttp() {
    assertEquals(
        "The server answered in plain HTTP (first bytes 'HTTP/1.1 400 Bad');"
            + " its port does not speak TLS.",
        sentence("HTTP/1.1 400 Bad Request\r\n", Role.CLIENT));
  }

  @Test
  void namesSsh() {
    assertEquals(
        "The client spoke SSH (first bytes 'SSH-2.0-OpenSSH_');"
            + " this is a TLS connection, use the right port.",
        sentence("SSH-2.0-OpenSSH_9.2\r\n", Role.SERVER));
  }

  @Test
  void showsOtherBytesInHexadecimal() {
    assertEquals(
        "The client sent garbage instead of a TLS handshake (first bytes 0x000102).",
        sentence("\0\1\2", Role.SERVER));
  }

  @ParameterizedTest
  @ValueSource(strings = {"16", "1603", "16030100", "1603010100", "15030300020228"})
  void letsTlsPass(String hex) {
    assertDoesNotThrow(
        () -> WrongPeer.check(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), Role.SERVER, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"17030300", "1602", "160301ffff", "80"})
  void refusesWhatIsAlmostTls(String hex) {
    assertThrows(
        NotTlsException.class,
        () -> WrongPeer.check(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), Role.SERVER, false));
  }

  private static String sentence(String bytes, Role own) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
    return assertThrows(NotTlsException.class, () -> WrongPeer.check(buffer, own, false))
        .getMessage();
  }
}
