package io.sallyport.hw.ecdsa;

import java.nio.file.Files;
import java.nio.file.Path;

/** Writes two states of a chip by turns, until it is killed, and a line after each. */
final class WriteLoop {
  private WriteLoop() {}

  /** Arguments: the folder that has the states "a" and "b", each with its ".keys". */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    EfuseFile file = new EfuseFile(folder.resolve("efuse.bin"));
    try (Efuses a = state(folder.resolve("a"));
        Efuses b = state(folder.resolve("b"))) {
      while (Files.exists(folder)) {
        file.write(a);
        System.out.println("a");
        file.write(b);
        System.out.println("b");
      }
    }
  }

  private static Efuses state(Path file) throws Exception {
    return new EfuseFile(file).read(Chip.ESP32_H2);
  }
}
