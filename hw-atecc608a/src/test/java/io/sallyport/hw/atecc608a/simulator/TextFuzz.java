package io.sallyport.hw.atecc608a.simulator;

import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import io.sallyport.hw.atecc608a.packet.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What a fuzzer feeds to the readers of lines and of the state: an answer or a refusal. */
public final class TextFuzz {
  private TextFuzz() {}

  /** A line of the kit protocol, and a file of the state. */
  public static void fuzzerTestOneInput(byte[] input) {
    String line = new String(input, StandardCharsets.ISO_8859_1);
    String answer = new KitSession(new Echo(), 0x6A).answer(line);
    if (!answer.matches("[\\x20-\\x7E]{4,400}")) {
      throw new AssertionError("The answer is no line: " + answer);
    }
    try {
      StateFile.parse(input);
    } catch (IllegalArgumentException e) {
      if (String.valueOf(e.getMessage()).isEmpty()) {
        throw new AssertionError("It does not say why.", e);
      }
    }
  }

  /** Answers by a status, whatever it was asked. */
  private static final class Echo implements Wire {
    @Override
    public byte[] wake() {
      return Response.of(Status.AWAKE).encode();
    }

    @Override
    public void idle() throws IOException {
      throw new IOException("It does not idle.");
    }

    @Override
    public void sleep() {
      // It does.
    }

    @Override
    public void send(byte[] packet) {
      // It is taken.
    }

    @Override
    public byte[] receive() {
      return Response.of(Status.PARSE).encode();
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
