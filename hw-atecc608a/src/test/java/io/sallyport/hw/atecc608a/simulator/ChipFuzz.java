package io.sallyport.hw.atecc608a.simulator;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import java.util.Arrays;

/** What a fuzzer feeds to chips: whatever the commands, each is answered, and locks hold. */
public final class ChipFuzz {
  private static final int HEAD = 5;

  private ChipFuzz() {}

  /** The layout, then commands: opcode, parameters, length of the data, data. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Layout layout = Layout.values()[(input[0] & 0xFF) % Layout.values().length];
    Zones zones = new Factory().make(layout);
    Chip chip = new Chip(zones);
    byte[] permanent = zones.privateKey(0);
    byte[] serial = zones.serial();
    int at = 1;
    while (at + HEAD <= input.length) {
      int length = Math.min(input[at + 4] & 0xFF, Math.min(144, input.length - at - HEAD));
      byte[] data = Arrays.copyOfRange(input, at + HEAD, at + HEAD + length);
      int param2 = (input[at + 2] & 0xFF) | (input[at + 3] & 0xFF) << 8;
      Command command = new Command(input[at], input[at + 1], param2, data);
      require(Command.parse(command.encode()).orElseThrow().toString().equals(command.toString()));
      byte[] before = StateFile.encode(zones);
      Response response = chip.execute(command);
      boolean changed = !Arrays.equals(before, StateFile.encode(zones));
      boolean isKept = Chip.mayChange(command) && response.status() == Status.SUCCESS;
      require(!changed || isKept);
      byte[] answer = response.encode();
      require(Response.parse(answer).isPresent());
      require(!contains(answer, zones.privateKey(0)));
      at += HEAD + length;
    }
    Command.parse(input);
    Response.parse(input);
    require(Arrays.equals(serial, zones.serial()));
    require(layout == Layout.TRUSTCUSTOM || zones.configLocked());
    require(layout != Layout.TRUST_AND_GO || Arrays.equals(permanent, zones.privateKey(0)));
    StateFile.parse(StateFile.encode(zones));
  }

  private static boolean contains(byte[] all, byte[] part) {
    if (Arrays.equals(part, new byte[part.length])) {
      return false;
    }
    for (int i = 0; i <= all.length - part.length; i++) {
      if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new AssertionError("It does not hold.");
    }
  }
}
