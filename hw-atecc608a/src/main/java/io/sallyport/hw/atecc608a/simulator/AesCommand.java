package io.sallyport.hw.atecc608a.simulator;

import static io.sallyport.hw.atecc608a.simulator.Refusal.executionUnless;
import static io.sallyport.hw.atecc608a.simulator.Refusal.parseUnless;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** AES: one block by AES-128, or a product in the field of GCM (NIST SP 800-38D, section 6.3). */
final class AesCommand {
  private static final int BLOCK = 16;
  private static final int TEMP_KEY = 0xFFFF;
  private static final int ENABLE = 13;
  private static final int REDUCTION = 0xE1;

  private final Silicon silicon;

  AesCommand(Silicon silicon) {
    this.silicon = silicon;
  }

  Response execute(Command command) throws Refusal {
    byte[] data = command.data();
    parseUnless((command.param1() & 0x3C) == 0);
    executionUnless(silicon.zones.configLocked() && (silicon.zones.config[ENABLE] & 1) != 0);
    switch (command.param1() & 3) {
      case 0 -> {
        parseUnless(data.length == BLOCK);
        return Response.of(cipher(Cipher.ENCRYPT_MODE, key(command), data));
      }
      case 1 -> {
        parseUnless(data.length == BLOCK);
        return Response.of(cipher(Cipher.DECRYPT_MODE, key(command), data));
      }
      case 3 -> {
        parseUnless(data.length == 2 * BLOCK);
        return Response.of(
            multiply(Arrays.copyOf(data, BLOCK), Arrays.copyOfRange(data, BLOCK, 2 * BLOCK)));
      }
      default -> throw new Refusal(Status.PARSE);
    }
  }

  /** One of four keys in a slot for such keys, or in TempKey. */
  private byte[] key(Command command) throws Refusal {
    int at = (command.param1() >>> 6) * BLOCK;
    byte[] from;
    if (command.param2() == TEMP_KEY) {
      executionUnless(
          silicon.buffers.tempKey.isPresent() && silicon.buffers.ephemeralKey.isEmpty());
      from = silicon.buffers.tempKey.orElseThrow();
    } else {
      int slot = Silicon.slot(command.param2());
      executionUnless(silicon.zones.isAes(slot));
      silicon.secret(slot);
      from = silicon.zones.slots[slot];
    }
    executionUnless(at + BLOCK <= from.length);
    return Arrays.copyOfRange(from, at, at + BLOCK);
  }

  private static byte[] cipher(int mode, byte[] key, byte[] block) {
    try {
      Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding"); // One block: that is the command.
      cipher.init(mode, new SecretKeySpec(key, "AES"));
      return cipher.doFinal(block);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The Java platform has no AES.", e);
    }
  }

  private static byte[] multiply(byte[] x, byte[] y) {
    byte[] product = new byte[BLOCK];
    byte[] power = y.clone();
    for (int bit = 0; bit < BLOCK * Byte.SIZE; bit++) {
      if ((x[bit / Byte.SIZE] >>> (7 - bit % Byte.SIZE) & 1) != 0) {
        product = Bytes.xor(product, power);
      }
      int carry = 0;
      for (int i = 0; i < BLOCK; i++) {
        int next = power[i] & 1;
        power[i] = (byte) ((power[i] & 0xFF) >>> 1 | carry << 7);
        carry = next;
      }
      if (carry != 0) {
        power[0] ^= (byte) REDUCTION;
      }
    }
    return product;
  }
}
