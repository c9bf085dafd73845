package io.sallyport.hw.atecc608a.driver;

import io.sallyport.hw.atecc608a.packet.Wire;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** A wire on which things go wrong: each fault hits one answer, then the chip's own are passed. */
final class ScriptedWire implements Wire {
  /** What can go wrong with one answer. */
  enum Fault {
    BUSY,
    DAMAGED,
    GARBAGE,
    LOST_POWER,
    WATCHDOG,
    TRANSPORT
  }

  private static final byte[] WATCHDOG = {4, (byte) 0xEE, 0x31, 0x41};

  final Deque<Fault> faults = new ArrayDeque<>();
  int sent;
  private final Wire chip;
  private boolean shortOfTime;

  ScriptedWire(Wire chip) {
    this.chip = chip;
  }

  @Override
  public byte[] wake() throws IOException {
    return chip.wake();
  }

  @Override
  public void idle() throws IOException {
    shortOfTime = false;
    chip.idle();
  }

  @Override
  public void sleep() throws IOException {
    chip.sleep();
  }

  @Override
  public void send(byte[] packet) throws IOException {
    sent++;
    chip.send(packet);
  }

  @Override
  public byte[] receive() throws IOException {
    if (shortOfTime) {
      return WATCHDOG.clone(); // As long as it is kept awake.
    }
    Fault fault = faults.poll();
    if (fault == null) {
      return chip.receive();
    }
    return switch (fault) {
      case BUSY -> new byte[0];
      case DAMAGED -> {
        byte[] packet = chip.receive();
        packet[packet.length / 2] ^= 0x10;
        yield packet;
      }
      case GARBAGE -> new byte[] {1, 2, 3};
      case LOST_POWER -> {
        chip.sleep();
        chip.wake();
        yield new byte[] {4, 0x11, 0x33, 0x43};
      }
      case WATCHDOG -> {
        shortOfTime = true;
        yield WATCHDOG.clone();
      }
      case TRANSPORT -> throw new IOException("The bus is stuck.");
    };
  }

  @Override
  public void close() {
    chip.close();
  }
}
