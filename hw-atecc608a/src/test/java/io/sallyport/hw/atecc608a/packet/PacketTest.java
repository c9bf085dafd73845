package io.sallyport.hw.atecc608a.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packets that were captured or computed from the data sheet. */
class PacketTest {
  @ParameterizedTest
  @CsvSource({
    "0730000000035D, 30, 00, 0000",
    "070280000009AD, 02, 80, 0000",
    "071B00000024CD, 1B, 00, 0000",
    "07400000000005, 40, 00, 0000",
    "07400400008387, 40, 04, 0000",
    "0741A000007B85, 41, A0, 0000",
    "0717800000398D, 17, 80, 0000",
    "07178100003A07, 17, 81, 0000",
    "07170200002D88, 17, 02, 0000",
    "07240000000CFD, 24, 00, 0000",
    "07773B00009DFB, 77, 3B, 0000",
    "073002000000D8, 30, 02, 0000",
    "07028100000A27, 02, 81, 0000",
    "07028250000A14, 02, 82, 0050"
  })
  void commandsHaveTheirBytes(String packet, String opcode, String param1, String param2) {
    byte[] bytes = HexFormat.of().parseHex(packet);
    Command command =
        new Command(
            Integer.parseInt(opcode, 16),
            Integer.parseInt(param1, 16),
            Integer.parseInt(param2, 16));
    assertArrayEquals(bytes, command.encode());
    Command parsed = Command.parse(bytes).orElseThrow();
    assertEquals(command.toString(), parsed.toString());
    assertEquals(0, parsed.data().length);
  }

  @ParameterizedTest
  @CsvSource({
    "04000340, SUCCESS",
    "040100C3, MISCOMPARE",
    "04038342, PARSE",
    "0405C343, ECC",
    "040740C2, SELF_TEST",
    "040860C0, HEALTH",
    "040F2342, EXECUTION",
    "04113343, AWAKE",
    "04EE3141, WATCHDOG",
    "04FF0142, COMMUNICATION"
  })
  void statusesHaveTheirBytes(String packet, Status status) {
    byte[] bytes = HexFormat.of().parseHex(packet);
    assertArrayEquals(bytes, Response.of(status).encode());
    assertEquals(status, Response.parse(bytes).orElseThrow().status());
  }

  @Test
  void dataIsNoStatus() {
    byte[] revision = HexFormat.of().parseHex("07000060028038");
    Response response = Response.parse(revision).orElseThrow();
    assertArrayEquals(new byte[] {0, 0, 0x60, 2}, response.data());
    assertEquals(Status.SUCCESS, response.status());
    assertArrayEquals(revision, response.encode());
  }

  @Test
  void whatIsDamagedIsNoPacket() {
    byte[] good = new Command(0x16, 0x43, 0, new byte[32]).encode();
    assertTrue(Command.parse(good).isPresent());
    for (int length = 0; length < good.length; length++) {
      assertTrue(Command.parse(Arrays.copyOf(good, length)).isEmpty());
      assertTrue(Response.parse(Arrays.copyOf(good, length)).isEmpty());
    }
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      assertTrue(Command.parse(bad).isEmpty(), "bit " + bit);
    }
    assertTrue(Response.parse(new byte[3]).isEmpty());
    assertTrue(Response.parse(new byte[200]).isEmpty());
  }
}
