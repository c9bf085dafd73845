package io.sallyport.hw.atecc608a.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The kit protocol as text. */
@Timeout(30)
class KitServerTest {
  @TempDir private Path folder;
  private Atecc608Simulator chip;
  private KitServer server;

  @BeforeEach
  void start() throws IOException {
    chip = Atecc608Simulator.open(folder.resolve("state"), Layout.TRUST_AND_GO);
    server = KitServer.start(chip, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    chip.close();
  }

  private final class Client implements AutoCloseable {
    private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    private final BufferedReader in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));

    Client() throws IOException {}

    String ask(String line) throws IOException {
      socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      return in.readLine();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void theConversationOfTheMakersClientWorks() throws IOException {
    try (Client client = new Client()) {
      assertEquals("ECC608 TWI 00(6A)", client.ask("board:device(00)"));
      assertEquals("no_device none 00(00)", client.ask("board:device(01)"));
      assertEquals("00()", client.ask("E:physical:interface:i2c(0)"));
      assertEquals("00()", client.ask("E:physical:interface:i2c"));
      assertEquals("00()", client.ask("E:physical:select(6A)"));
      assertEquals("00(04113343)", client.ask("E:w()"));
      String config = client.ask("E:t(070280000009AD)");
      assertTrue(config.startsWith("00(230123"), config);
      assertEquals("00()", client.ask("E:i()"));
    }
  }

  @Test
  void verbsAreShortenedAndInAnyCase() throws IOException {
    try (Client client = new Client()) {
      assertEquals("00()", client.ask("e:p:s(6A)"));
      assertEquals("00(04113343)", client.ask("ecc:wake()"));
      assertEquals("00(07000060028038)", client.ask("ecc:talk(0730000000035d)"));
      assertEquals("00(04113343)", client.ask("e:w()"), "awake already");
      assertEquals("00()", client.ask("\0ecc:sleep()\0"));
    }
  }

  @Test
  void nonsenseIsAnsweredByAStatusAndHarmsNobody() throws IOException {
    try (Client client = new Client()) {
      for (String nonsense :
          new String[] {"hello", "E:(", ")(", "E:x()", "E:t(0)", "E:t(xyz)", "board:(1)", ":()"}) {
        String answer = client.ask(nonsense);
        assertTrue(answer.matches("C[01]\\(\\)"), nonsense + ": " + answer);
      }
      assertEquals("C0()", client.ask("E:t(0730000000035D)"), "it sleeps");
      assertEquals("C0()", client.ask("E:physical:select(C0)"));
      assertEquals("00(04113343)", client.ask("E:w()"));
      assertEquals("00(04FF0142)", client.ask("E:t(00)"));
    }
    try (Client client = new Client()) {
      client.socket.getOutputStream().write(new byte[] {'x'});
      byte[] flood = new byte[100_000];
      java.util.Arrays.fill(flood, (byte) 'A');
      try {
        client.socket.getOutputStream().write(flood);
        assertEquals(-1, client.in.read());
      } catch (IOException e) {
        assertTrue(true, "cut off while it wrote");
      }
    }
    try (Client client = new Client()) {
      assertEquals("ECC608 TWI 00(6A)", client.ask("board:device(00)"));
    }
  }
}
