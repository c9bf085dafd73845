package io.sallyport.hw.atecc608a.simulator;

import static io.sallyport.hw.atecc608a.simulator.Refusal.executionUnless;
import static io.sallyport.hw.atecc608a.simulator.Refusal.parseUnless;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import java.util.Arrays;
import java.util.Optional;

/** SHA: a hash or an HMAC, block by block. */
final class HashCommand {
  private static final int TEMP_KEY = 0xFFFF;

  private final Silicon silicon;
  private final Buffers buffers;

  HashCommand(Silicon silicon) {
    this.silicon = silicon;
    this.buffers = silicon.buffers;
  }

  Response execute(Command command) throws Refusal {
    byte[] data = command.data();
    parseUnless((command.param1() & 0x38) == 0);
    switch (command.param1() & 7) {
      case 0 -> {
        parseUnless(data.length == 0);
        buffers.hash = Optional.of(HashRun.plain());
      }
      case 1 -> {
        parseUnless(data.length == HashRun.BLOCK && command.param2() == data.length);
        running().block(data);
      }
      case 2 -> {
        return end(command);
      }
      case 3 -> {
        parseUnless(data.length == 0);
        running().block(silicon.publicKey(Silicon.slot(command.param2())));
      }
      case 4 -> {
        parseUnless(data.length == 0);
        buffers.hash = Optional.of(HashRun.hmac(hmacKey(command.param2())));
      }
      case 6 -> {
        parseUnless(data.length == 0);
        Optional<byte[]> context = running().context();
        executionUnless(context.isPresent());
        return Response.of(context.orElseThrow());
      }
      case 7 -> {
        Optional<HashRun> run = HashRun.of(data);
        parseUnless(run.isPresent() && command.param2() == data.length);
        buffers.hash = run;
      }
      default -> throw new Refusal(Status.PARSE);
    }
    return Response.of(Status.SUCCESS);
  }

  private byte[] hmacKey(int param2) throws Refusal {
    if (param2 == TEMP_KEY) {
      executionUnless(!buffers.tempKeyIsNoMac);
      return buffers.tempKeyBlock();
    }
    int slot = Silicon.slot(param2);
    executionUnless(!silicon.zones.noMac(slot));
    return silicon.secret(slot);
  }

  private Response end(Command command) throws Refusal {
    byte[] data = command.data();
    int target = command.param1() & 0xC0;
    parseUnless(data.length < HashRun.BLOCK && data.length == command.param2());
    parseUnless(target != 0x80);
    byte[] digest = running().end(data);
    buffers.hash = Optional.empty();
    if (target == 0) {
      buffers.tempKey(digest.clone(), true);
    } else if (target == 0x40) {
      buffers.messageDigest = Optional.of(Arrays.copyOf(digest, digest.length));
    }
    return Response.of(digest);
  }

  private HashRun running() throws Refusal {
    executionUnless(buffers.hash.isPresent());
    return buffers.hash.orElseThrow();
  }
}
