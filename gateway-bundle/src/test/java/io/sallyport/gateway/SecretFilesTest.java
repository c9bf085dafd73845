package io.sallyport.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.tls.PreSharedKey;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFilesTest {
  private static final String HEX = "000102030405060708090a0B0C0D0E0F";
  private static final byte[] KEY = HexFormat.of().parseHex(HEX);

  private final SecretFiles files = new SecretFiles("web");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void linesAreReadAsOtherProgramsWriteThemAndWiped() throws Exception {
    byte[] file = bytes("# keys\n\nüser:" + HEX + "\r\nurn:dev:7:" + HEX + "ff\n#last:" + HEX);
    List<PreSharedKey> keys = files.keysOf("server.psk.file", file);
    assertEquals(List.of("üser", "urn:dev:7"), keys.stream().map(PreSharedKey::identity).toList());
    assertArrayEquals(KEY, keys.get(0).key());
    assertEquals(17, keys.get(1).key().length);
    assertArrayEquals(new byte[file.length], file);
  }

  @Test
  void aClientsKeyMayHaveWhiteSpaceAroundIt() throws Exception {
    for (String text : List.of(HEX, HEX + "\n", " " + HEX + "\r\n")) {
      assertArrayEquals(KEY, files.key("client.psk.key.file", "one", bytes(text)).key());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "one:" + HEX + "0",
        "one:" + HEX + "x",
        "one:0405",
        HEX,
        HEX + ":one",
        HEX + "0:one",
        "one:"
      })
  void whatIsNoKeyIsRefusedInASentenceThatDoesNotShowIt(String file) {
    String sentence =
        assertThrows(
                RouteException.class, () -> files.keysOf("server.psk.file", bytes("\n" + file)))
            .getMessage();
    assertTrue(sentence.startsWith("Route web: 'server.psk.file'"), sentence);
    assertTrue(sentence.contains("line 2"), sentence);
    assertFalse(sentence.contains("0405"), sentence);
  }

  @Test
  void aClientsKeyWithHalfAByteIsRefusedInASentence() {
    String sentence =
        assertThrows(
                RouteException.class,
                () -> files.key("client.psk.key.file", "one", bytes(HEX + "0")))
            .getMessage();
    assertTrue(sentence.contains("hexadecimal digits"), sentence);
    assertFalse(sentence.contains("0405"), sentence);
  }
}
