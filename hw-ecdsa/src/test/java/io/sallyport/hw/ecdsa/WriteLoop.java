package io.sallyport.hw.ecdsa;

import java.nio.file.Files;
import java.nio.file.Path;

/** Burns a first and a second key into one chip after the other, until it is killed. */
final class WriteLoop {
  private WriteLoop() {}

  /** Arguments: the folder that has both states, "a" and "b", each with its ".keys". */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    try (Efuses a = state(folder.resolve("a"));
        Efuses b = state(folder.resolve("b"))) {
      for (int i = 0; Files.exists(folder); i++) {
        EfuseFile file = new EfuseFile(folder.resolve("chip" + i));
        file.write(a);
        file.write(b);
        System.out.println(i);
      }
    }
  }

  private static Efuses state(Path file) throws Exception {
    return new EfuseFile(file).read(Chip.ESP32_H2);
  }
}
