package io.sallyport.launcher.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
  @TempDir private Path parent;

  @Test
  void isForItsOwnerOnlyAndGoesWithItsContent() throws Exception {
    WorkFolder folder = WorkFolder.create(parent);
    Files.writeString(Files.createDirectories(folder.path().resolve("a/b")).resolve("c"), "x");
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())));

    folder.close();

    assertFalse(Files.exists(folder.path()));
  }

  @Test
  void removesWhatAKilledProcessLeftBehindAndNothingElse() throws Exception {
    Path leftOver = Files.createDirectory(parent.resolve("sallyport-0-killed"));
    Files.createFile(leftOver.resolve("lock"));
    Path other = Files.createDirectory(parent.resolve("sallyport-notes"));

    try (WorkFolder first = WorkFolder.create(parent);
        WorkFolder second = WorkFolder.create(parent)) {
      assertFalse(Files.exists(leftOver));
      assertTrue(Files.exists(other));
      assertTrue(Files.exists(first.path()));
      assertTrue(Files.exists(second.path()));
    }
  }
}
