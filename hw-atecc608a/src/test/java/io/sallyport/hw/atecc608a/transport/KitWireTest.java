package io.sallyport.hw.atecc608a.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.atecc608a.packet.Wire;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's side of the kit protocol, against answers as kits give them. */
class KitWireTest {
  private final ByteArrayOutputStream asked = new ByteArrayOutputStream();
  private boolean closed;

  private Wire open(OptionalInt address, String... answers) throws IOException {
    byte[] all = (String.join("\n", answers) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    return KitWire.open(
        new StreamLine(new ByteArrayInputStream(all), asked, () -> closed = true), address);
  }

  private String asked() {
    return asked.toString(StandardCharsets.US_ASCII);
  }

  @Test
  void asksAsTheMakersClientDoes() throws IOException {
    Wire wire =
        open(
            OptionalInt.empty(),
            "ECC608 TWI 00(6A)",
            "00()",
            "00(04113343)",
            "00(07000060028038)",
            "00()");
    assertArrayEquals(HexFormat.of().parseHex("04113343"), wire.wake());
    wire.send(HexFormat.of().parseHex("0730000000035D"));
    assertArrayEquals(HexFormat.of().parseHex("07000060028038"), wire.receive());
    wire.idle();
    assertEquals(
        "board:device(00)\nE:physical:select(6A)\nE:w()\nE:t(0730000000035D)\nE:i()\n", asked());
  }

  @Test
  void findsTheChipAmongOthers() throws IOException {
    open(
        OptionalInt.of(0xC0),
        "SHA204 SWI 00(C8)",
        "ECC608B TWI 00(6A)",
        "ECC608A TWI 00(C0)",
        "\0\000000000()");
    assertTrue(asked().endsWith("board:device(02)\nE:physical:select(C0)\n"), asked());
  }

  @ParameterizedTest
  @ValueSource(strings = {"no_device none 00(00)", "FFFFFFE2()", "C1()"})
  void thereMayBeNone(String end) {
    IOException refusal =
        assertThrows(IOException.class, () -> open(OptionalInt.empty(), "TA100 SPI 00(00)", end));
    assertTrue(refusal.getMessage().contains("has no ATECC608"), refusal.getMessage());
    assertTrue(closed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FFFFFFD4()", "FFFFFFE2()", "D4()", "00(123)", "00(", "OK", ""})
  void errorsAndNonsenseAreNoAnswers(String answer) throws IOException {
    Wire wire = open(OptionalInt.empty(), "ECC608 TWI 00(6A)", "00()", answer);
    assertThrows(IOException.class, wire::wake);
  }

  @Test
  void whatIsNoKitIsRefused() {
    IOException refusal =
        assertThrows(IOException.class, () -> open(OptionalInt.empty(), "220 mail.example"));
    assertTrue(refusal.getMessage().contains("is it one of Microchip's"), refusal.getMessage());
    assertTrue(closed);
  }
}
