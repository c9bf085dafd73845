package io.sallyport.hw.atecc608a.simulator;

import static io.sallyport.hw.atecc608a.simulator.Refusal.parseUnless;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Opcode;
import io.sallyport.hw.atecc608a.packet.Response;
import java.util.Optional;

/** Executes commands on the chip's memory. Data sheet: "Commands". Not thread-safe. */
final class Chip {
  private final Silicon silicon;
  private final StateCommands state;
  private final KeyCommands keys;
  private final VerifyCommand verify;
  private final MemoryCommands memory;
  private final EncryptedWrites writes;
  private final HashCommand hash;
  private final MacCommands macs;
  private final AesCommand aes;

  Chip(Zones zones) {
    this.silicon = new Silicon(zones);
    this.state = new StateCommands(silicon);
    this.keys = new KeyCommands(silicon);
    this.verify = new VerifyCommand(silicon);
    this.writes = new EncryptedWrites(silicon);
    this.memory = new MemoryCommands(silicon, writes);
    this.hash = new HashCommand(silicon);
    this.macs = new MacCommands(silicon);
    this.aes = new AesCommand(silicon);
  }

  Zones zones() {
    return silicon.zones;
  }

  /** Its volatile memory is lost. */
  void sleep() {
    silicon.buffers.clear();
  }

  /** Whether a command may change what lasts. */
  static boolean mayChange(Command command) {
    int mode = command.param1();
    return Opcode.of(command.opcode())
        .filter(
            opcode ->
                switch (opcode) {
                  case WRITE, LOCK, UPDATEEXTRA, PRIVWRITE, DERIVEKEY -> true;
                  case GENKEY -> (mode & 4) != 0;
                  case ECDH -> (mode & 8) == 0;
                  case COUNTER -> mode == 1;
                  case VERIFY -> (mode & 3) == 3;
                  default -> false;
                })
        .isPresent();
  }

  Response execute(Command command) {
    try {
      Optional<Opcode> opcode = Opcode.of(command.opcode());
      parseUnless(opcode.isPresent());
      return switch (opcode.get()) {
        case INFO -> state.info(command);
        case RANDOM -> state.random(command);
        case NONCE -> state.nonce(command);
        case SELFTEST -> state.selfTest(command);
        case GENKEY -> keys.genKey(command);
        case SIGN -> keys.sign(command);
        case ECDH -> keys.ecdh(command);
        case VERIFY -> verify.execute(command);
        case READ -> memory.read(command);
        case WRITE -> memory.write(command);
        case LOCK -> memory.lock(command);
        case COUNTER -> memory.counter(command);
        case UPDATEEXTRA -> memory.updateExtra(command);
        case PRIVWRITE -> writes.privWrite(command);
        case SHA -> hash.execute(command);
        case MAC -> macs.mac(command);
        case CHECKMAC -> macs.checkMac(command);
        case GENDIG -> macs.genDig(command);
        case DERIVEKEY -> macs.deriveKey(command);
        case AES -> aes.execute(command);
      };
    } catch (Refusal e) {
      return Response.of(e.status());
    }
  }
}
