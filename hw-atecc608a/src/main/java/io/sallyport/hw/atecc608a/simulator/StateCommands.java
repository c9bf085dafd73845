package io.sallyport.hw.atecc608a.simulator;

import static io.sallyport.hw.atecc608a.simulator.Refusal.executionUnless;
import static io.sallyport.hw.atecc608a.simulator.Refusal.parseUnless;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import java.util.Arrays;
import java.util.Optional;

/** Info, Random, Nonce, SelfTest. */
final class StateCommands {
  /** RNG, ECDSA, ECDH, AES, SHA; one bit has no test. */
  private static final int SELF_TESTS = 0x3F;

  private static final int NUMBER_IN = 20;
  private static final int PERMISSION = 69;

  private final Silicon silicon;
  private final Zones zones;
  private final Buffers buffers;

  StateCommands(Silicon silicon) {
    this.silicon = silicon;
    this.zones = silicon.zones;
    this.buffers = silicon.buffers;
  }

  /** All pass: there is no silicon that could fail. */
  Response selfTest(Command command) throws Refusal {
    parseUnless((command.param1() & ~SELF_TESTS) == 0 && command.param1() != 0);
    parseUnless(command.param2() == 0 && command.data().length == 0);
    return Response.of((byte) 0);
  }

  Response info(Command command) throws Refusal {
    parseUnless(command.data().length == 0);
    return switch (command.param1()) {
      case 0 -> Response.of(Arrays.copyOfRange(zones.config, 4, 8));
      case 1 -> flag(isValid(Silicon.slot(command.param2())));
      case 2 -> Response.of(Bytes.of(buffers.tempKeyFlags(), authorization(), 0, 0));
      case 3 -> flag(false);
      case 4 -> latch(command.param2());
      default -> throw new Refusal(Status.PARSE);
    };
  }

  private static Response flag(boolean set) {
    return Response.of(Bytes.of(set ? 1 : 0, 0, 0, 0));
  }

  private int authorization() {
    int proved = buffers.authorized.isPresent() ? buffers.authorized.getAsInt() << 3 | 4 : 0;
    return proved | (buffers.tempKey.isPresent() ? 0x80 : 0);
  }

  private boolean isValid(int slot) {
    if (zones.isPrivate(slot)) {
      return zones.hasPrivateKey(slot);
    }
    return silicon.isValidated(slot)
        && zones.isP256(slot)
        && slot >= 8
        && silicon.curve.isPoint(zones.publicKey(slot));
  }

  /** Bit 1: set it to bit 0; otherwise it is only told. */
  private Response latch(int param2) throws Refusal {
    parseUnless(param2 >>> 2 == 0);
    if ((param2 & 2) != 0) {
      executionUnless(zones.config[PERMISSION] < 0); // Bit 7: it is enabled.
      silicon.latch = (param2 & 1) != 0;
    }
    return flag(silicon.latch);
  }

  Response random(Command command) throws Refusal {
    parseUnless(command.param1() <= 1 && command.param2() == 0 && command.data().length == 0);
    return Response.of(silicon.randomBytes());
  }

  Response nonce(Command command) throws Refusal {
    byte[] data = command.data();
    int mode = command.param1();
    switch (mode & 3) {
      case 0, 1 -> {
        parseUnless(data.length == NUMBER_IN && (mode & 0xFC) == 0);
        parseUnless(command.param2() == 0 || command.param2() == 0x8000);
        byte[] out = silicon.randomBytes();
        byte[] mixed = Silicon.sha256(out, data, Bytes.of(command.opcode(), mode, 0));
        buffers.tempKey(mixed, false);
        return Response.of(command.param2() == 0 ? out : mixed);
      }
      case 3 -> {
        boolean isLong = (mode & 0x20) != 0;
        parseUnless(data.length == (isLong ? 2 * Bytes.BLOCK : Bytes.BLOCK));
        parseUnless(command.param2() == 0 && (mode & 0x1C) == 0);
        switch (mode & 0xC0) {
          case 0x00 -> buffers.tempKey(data, true);
          case 0x40 -> buffers.messageDigest = Optional.of(data);
          case 0x80 -> {
            parseUnless(!isLong);
            buffers.alternateKey = Optional.of(data);
          }
          default -> throw new Refusal(Status.PARSE);
        }
        return Response.of(Status.SUCCESS);
      }
      default -> throw new Refusal(Status.PARSE);
    }
  }
}
