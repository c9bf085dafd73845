package io.sallyport.hw.ecdsa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** After operations, no form of the private key is in the heap, not even as garbage. */
class HeapDumpTest {
  private static final int PART = 12;

  @TempDir private Path folder;

  private byte[] dump(String chip, KeyBlocks blocks, String protection, String leak)
      throws Exception {
    Process child =
        Child.start(
            List.of("-Xmx64m", "-XX:+UseSerialGC"),
            HeapSubject.class,
            folder.toString(),
            chip,
            blocks.id(),
            protection,
            leak);
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(child.waitFor(60, TimeUnit.SECONDS), output);
    assertEquals(0, child.exitValue(), output);
    return Files.readAllBytes(folder.resolve("heap.hprof"));
  }

  private byte[] key(String chip, KeyBlocks blocks) throws Exception {
    try (Wipe memory = new Wipe();
        Efuses efuses = new EfuseFile(folder.resolve("efuse.bin")).read(Chip.of(chip))) {
      return KeyLayout.read(efuses, blocks, memory).clone();
    }
  }

  /** The key as bytes, limbs, Montgomery residue and text; of each both ends. */
  private static Map<String, byte[]> forms(Curve curve, byte[] key) {
    BigInteger order = Samples.publicKey(curve, key).getParams().getOrder();
    BigInteger residue =
        new BigInteger(1, key).shiftLeft(8 * key.length).mod(order).setBit(8 * key.length);
    byte[] montgomery = Arrays.copyOfRange(residue.toByteArray(), 1, 1 + key.length);
    String hex = HexFormat.of().formatHex(key);
    Map<String, byte[]> whole = new LinkedHashMap<>();
    whole.put("big-endian", key);
    whole.put("little-endian", words(key, 1));
    whole.put("limbs", words(key, 4));
    whole.put("long limbs", words(key, 8));
    whole.put("residue", montgomery);
    whole.put("residue's limbs", words(montgomery, 4));
    whole.put("hexadecimal", hex.getBytes(StandardCharsets.US_ASCII));
    whole.put("HEXADECIMAL", hex.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII));
    Map<String, byte[]> parts = new LinkedHashMap<>();
    whole.forEach(
        (name, form) -> {
          parts.put(name + ", first bytes", Arrays.copyOf(form, PART));
          parts.put(
              name + ", last bytes", Arrays.copyOfRange(form, form.length - PART, form.length));
        });
    return parts;
  }

  /** The same number with its words in the other order; heap dumps show words big-endian. */
  private static byte[] words(byte[] number, int size) {
    byte[] result = new byte[number.length];
    for (int i = 0; i < number.length; i += size) {
      System.arraycopy(number, i, result, number.length - size - i, size);
    }
    return result;
  }

  private static List<String> found(byte[] heap, Curve curve, byte[] key) {
    return forms(curve, key).entrySet().stream()
        .filter(form -> contains(heap, form.getValue()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toList());
  }

  private static boolean contains(byte[] heap, byte[] part) {
    for (int i = 0; i <= heap.length - part.length; i++) {
      if (heap[i] == part[0] && Arrays.equals(heap, i, i + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  @ParameterizedTest
  @CsvSource({
    "esp32h2, 4, hidden",
    "esp32h2, 4, readable",
    "esp32c5, '5,4', hidden",
    "esp32c5, '5,4', readable"
  })
  void nothingOfTheKeyIsLeft(String chip, String id, String protection) throws Exception {
    KeyBlocks blocks = KeyBlocks.parse(id);
    byte[] heap = dump(chip, blocks, protection, "clean");
    assertTrue(
        contains(heap, "SHA256withECDSA".getBytes(StandardCharsets.US_ASCII)), "is it a heap?");
    assertEquals(List.of(), found(heap, blocks.curve(), key(chip, blocks)));
  }

  @Test
  void aLeakWouldBeFound() throws Exception {
    KeyBlocks blocks = KeyBlocks.p256(4);
    byte[] heap = dump("esp32h2", blocks, "readable", "leaking");
    assertNotEquals(List.of(), found(heap, blocks.curve(), key("esp32h2", blocks)));
  }
}
