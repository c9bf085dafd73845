package io.sallyport.hw.atecc608a.simulator;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Opcode;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import io.sallyport.hw.atecc608a.packet.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A chip with its state in a file. What a command changes is on the disk before it is answered.
 * Thread-safe: one command at a time, whoever sends it.
 */
public final class Atecc608Simulator implements AutoCloseable {
  private static final long WATCHDOG = TimeUnit.MILLISECONDS.toNanos(1300);
  private static final long LONG_WATCHDOG = TimeUnit.SECONDS.toNanos(13);
  private static final int WATCHDOG_BIT = 4;
  private static final int ADDRESS = 16;

  /** Takes the other's place, once it was written. */
  private static final int USER_EXTRA_ADDRESS = 85;

  private final StateFile file;
  private final Chip chip;
  private final LongSupplier nanos;
  private boolean awake;
  private long wokenAt;
  private Optional<Response> answer = Optional.empty();
  private boolean closed;

  private Atecc608Simulator(StateFile file, Chip chip, LongSupplier nanos) {
    this.file = file;
    this.chip = chip;
    this.nanos = nanos;
  }

  /**
   * Opens a chip, or makes a new one.
   *
   * @param state the file of its state
   * @param layout how a new one leaves its maker; of no effect when the file is there
   * @throws IOException when the file is in use, is something else, or cannot be written
   */
  public static Atecc608Simulator open(Path state, Layout layout) throws IOException {
    return open(state, layout, System::nanoTime);
  }

  /** As the other, by another clock, which the watchdog looks at. */
  static Atecc608Simulator open(Path state, Layout layout, LongSupplier nanos) throws IOException {
    StateFile file = StateFile.open(state);
    boolean opened = false;
    try {
      Optional<Zones> known = file.read();
      Zones zones = known.isPresent() ? known.get() : make(file, layout);
      opened = true;
      return new Atecc608Simulator(file, new Chip(zones), nanos);
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  private static Zones make(StateFile file, Layout layout) throws IOException {
    Factory.Made made = new Factory().manufacture(layout);
    if (made.root().isPresent()) {
      file.writeRoot(made.root().get()); // First: without a state it is made anew.
    }
    file.write(made.zones());
    return made.zones();
  }

  /**
   * The file with the certificate of the root from which a new chip has its own: PEM, beside the
   * state. A layout without certificates has none.
   *
   * @param state the file of the chip's state
   */
  public static Path rootOf(Path state) {
    return StateFile.rootOf(state);
  }

  /** The chip's address on a bus, in eight bits. */
  public synchronized int address() {
    byte[] config = chip.zones().config;
    return (config[USER_EXTRA_ADDRESS] != 0 ? config[USER_EXTRA_ADDRESS] : config[ADDRESS]) & 0xFF;
  }

  /** A way to this chip; it may be used beside others. */
  public Wire wire() {
    return new Direct();
  }

  private void watchdog() {
    if (awake && nanos.getAsLong() - wokenAt > allowed()) {
      sleep();
    }
  }

  private long allowed() {
    return (chip.zones().chipMode() & WATCHDOG_BIT) != 0 ? LONG_WATCHDOG : WATCHDOG;
  }

  /** What might take longer than the watchdog waits is not begun. */
  private boolean isShortOfTime(Command command) {
    int mode = chip.zones().chipMode();
    long needed = Opcode.of(command.opcode()).map(opcode -> opcode.millis(mode)).orElse(0);
    long used = nanos.getAsLong() - wokenAt;
    return used + TimeUnit.MILLISECONDS.toNanos(needed) > allowed();
  }

  private void sleep() {
    awake = false;
    answer = Optional.empty();
    chip.sleep();
  }

  private synchronized byte[] wake() throws IOException {
    requireOpen();
    watchdog();
    if (!awake) {
      awake = true;
      wokenAt = nanos.getAsLong();
      answer = Optional.of(Response.of(Status.AWAKE));
    }
    return Response.of(Status.AWAKE).encode(); // Awake already it ignores the signal.
  }

  private synchronized void idle() throws IOException {
    requireOpen();
    watchdog();
    awake = false;
    answer = Optional.empty();
  }

  private synchronized void fallAsleep() throws IOException {
    requireOpen();
    sleep();
  }

  private synchronized void send(byte[] packet) throws IOException {
    requireOpen();
    watchdog();
    if (!awake) {
      throw new IOException("The chip sleeps: it does not acknowledge its address.");
    }
    Optional<Command> command = Command.parse(packet);
    if (command.isEmpty()) {
      answer = Optional.of(Response.of(Status.COMMUNICATION));
      return;
    }
    if (isShortOfTime(command.get())) {
      answer = Optional.of(Response.of(Status.WATCHDOG));
      return;
    }
    Response response = chip.execute(command.get());
    if (Chip.mayChange(command.get()) && response.status() == Status.SUCCESS) {
      file.write(chip.zones());
    }
    answer = Optional.of(response);
  }

  private synchronized byte[] receive() throws IOException {
    requireOpen();
    watchdog();
    if (!awake) {
      throw new IOException("The chip sleeps: it does not acknowledge its address.");
    }
    return answer.orElseGet(() -> Response.of(Status.SUCCESS)).encode();
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("The simulated chip has been closed.");
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      sleep();
      file.close();
    }
  }

  private final class Direct implements Wire {
    @Override
    public byte[] wake() throws IOException {
      return Atecc608Simulator.this.wake();
    }

    @Override
    public void idle() throws IOException {
      Atecc608Simulator.this.idle();
    }

    @Override
    public void sleep() throws IOException {
      fallAsleep();
    }

    @Override
    public void send(byte[] packet) throws IOException {
      Atecc608Simulator.this.send(packet);
    }

    @Override
    public byte[] receive() throws IOException {
      return Atecc608Simulator.this.receive();
    }

    @Override
    public void close() {
      // The chip is its owner's.
    }
  }
}
