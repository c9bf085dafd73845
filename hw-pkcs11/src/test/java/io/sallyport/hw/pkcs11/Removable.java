package io.sallyport.hw.pkcs11;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** SoftHSM's tokens as cards that are plugged in and out. */
final class Removable {
  private final Path library;
  private final Path file;
  private final Path original;

  private Removable(Path library, Path file, Path original) {
    this.library = library;
    this.file = file;
    this.original = original;
  }

  /** Compiles the module that does it, and sets this process up for it. Nothing is plugged in. */
  static Removable of(SoftHsm softHsm, Path folder) throws Exception {
    Path source = folder.resolve("removable.c");
    try (InputStream in = Removable.class.getResourceAsStream("/removable.c")) {
      Files.copy(in, source);
    }
    Path library = folder.resolve("removable.so");
    new Commands(folder, Map.of())
        .run(
            "cc",
            "-Wall",
            "-Werror",
            "-shared",
            "-fPIC",
            "-o",
            library.toString(),
            source.toString(),
            "-ldl");
    Removable removable = new Removable(library, folder.resolve("plugged.in"), softHsm.library());
    removable.environment().forEach(Environment::set);
    return removable;
  }

  /** What a process that uses the module needs. */
  Map<String, String> environment() {
    return Map.of("REMOVABLE_LIBRARY", original.toString(), "REMOVABLE_FILE", file.toString());
  }

  Path library() {
    return library;
  }

  Path file() {
    return file;
  }

  void plugIn() throws IOException {
    Files.createFile(file);
  }

  void plugOut() throws IOException {
    Files.delete(file);
  }
}
