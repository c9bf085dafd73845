package io.sallyport.hw.atecc608a.driver;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Opcode;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import io.sallyport.hw.atecc608a.packet.Wire;
import java.io.IOException;
import java.util.Optional;

/** One waking of the chip: commands that share its volatile memory. Not thread-safe. */
final class Session {
  private static final int FIRST_WAIT_MS = 1;
  private static final int POLL_MS = 2;

  /** As long as the maker's driver waits; no command takes longer. */
  private static final int PATIENCE_MS = 2500;

  private static final int TRIES = 3;

  private final Wire wire;
  private final Delay delay;

  Session(Wire wire, Delay delay) {
    this.wire = wire;
    this.delay = delay;
  }

  /** The data that a command answers. */
  byte[] data(Opcode opcode, int param1, int param2, int length, byte... data) throws IOException {
    Command command = new Command(opcode.code(), param1, param2, data);
    Response response = perform(command);
    byte[] answered = response.data();
    if (answered.length == 1 && length != 1) {
      throw new ChipException(command, response.status());
    }
    if (answered.length != length) {
      throw new ResetException(
          "The secure element answered "
              + answered.length
              + " bytes to "
              + command
              + " instead of "
              + length
              + ".");
    }
    return answered;
  }

  /** Success, or one other status that is no error. */
  Status status(Opcode opcode, int param1, int param2, byte... data) throws IOException {
    Command command = new Command(opcode.code(), param1, param2, data);
    Response response = perform(command);
    if (!response.isStatus()) {
      throw new ResetException("The secure element answered data to " + command + ".");
    }
    Status status = response.status();
    if (status != Status.SUCCESS && status != Status.MISCOMPARE) {
      throw new ChipException(command, status);
    }
    return status;
  }

  void done(Opcode opcode, int param1, int param2, byte... data) throws IOException {
    Status status = status(opcode, param1, param2, data);
    if (status != Status.SUCCESS) {
      throw new ChipException(new Command(opcode.code(), param1, param2, data), status);
    }
  }

  /** A damaged command has not been executed, so it may be sent again. */
  private Response perform(Command command) throws IOException {
    for (int attempt = 1; ; attempt++) {
      wire.send(command.encode());
      Response response = receive(command);
      Status status = response.status();
      if (status == Status.AWAKE || status == Status.WATCHDOG) {
        throw new ResetException("The secure element fell asleep before " + command + ".");
      }
      if (status != Status.COMMUNICATION || attempt == TRIES) {
        return response;
      }
    }
  }

  /** A damaged answer is still there to be read again; the command is not repeated. */
  private Response receive(Command command) throws IOException {
    delay.millis(FIRST_WAIT_MS);
    int damaged = 0;
    for (int waited = FIRST_WAIT_MS; waited < PATIENCE_MS; waited += POLL_MS) {
      byte[] packet = wire.receive();
      if (packet.length > 0) {
        Optional<Response> response = Response.parse(packet);
        if (response.isPresent()) {
          return response.get();
        }
        damaged++;
        if (damaged == TRIES) {
          throw new ResetException(
              "The answers of the secure element to " + command + " arrive damaged.");
        }
      }
      delay.millis(POLL_MS);
    }
    throw new ResetException("The secure element did not answer " + command + ".");
  }
}
