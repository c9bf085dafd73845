package io.sallyport.launcher.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a file looks like from outside. Two stamps that differ mean that the file was written,
 * replaced or given other permissions.
 *
 * @param size in bytes
 * @param changed the time of the last change, of content or (where the file system tells) of
 *     permissions
 * @param identity tells a file from another one that took its name
 */
record FileStamp(long size, Object changed, String identity) {
  private static final String UNIX = "unix";

  private static final FileStamp ABSENT = new FileStamp(-1, "", "");

  /** The stamps of these files, also of those that do not exist (yet); links are followed. */
  static Map<Path, FileStamp> of(Collection<Path> files) {
    Map<Path, FileStamp> stamps = new HashMap<>();
    files.forEach(file -> stamps.put(file, of(file).orElse(ABSENT)));
    return stamps;
  }

  private static Optional<FileStamp> of(Path file) {
    boolean unix = file.getFileSystem().supportedFileAttributeViews().contains(UNIX);
    try {
      Map<String, Object> attributes =
          Files.readAttributes(
              file, unix ? UNIX + ":size,ctime,fileKey" : "size,lastModifiedTime,fileKey");
      return Optional.of(
          new FileStamp(
              attributes.get("size") instanceof Long size ? size : -1,
              attributes.getOrDefault(unix ? "ctime" : "lastModifiedTime", ""),
              String.valueOf(attributes.get("fileKey"))));
    } catch (IOException e) {
      return Optional.empty(); // Not there (yet), or not for us: a change will show.
    }
  }
}
