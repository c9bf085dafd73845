package io.sallyport.hw.atecc608a.simulator;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Wire;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** A process that counts up a chip's counter, and says so, until it is killed. */
final class CountingChip {
  private CountingChip() {}

  /** The file of the chip's state. */
  public static void main(String[] arguments) throws Exception {
    try (Atecc608Simulator chip =
        Atecc608Simulator.open(Path.of(arguments[0]), Layout.TRUST_AND_GO)) {
      Wire wire = chip.wire();
      while (true) {
        wire.wake();
        wire.send(new Command(0x24, 1, 0).encode());
        byte[] value = Response.parse(wire.receive()).orElseThrow().data();
        wire.idle();
        System.out.println(ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt());
        System.out.flush();
      }
    }
  }
}
