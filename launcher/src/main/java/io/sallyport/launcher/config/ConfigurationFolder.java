package io.sallyport.launcher.config;

import io.sallyport.launcher.report.LogLines;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.log.LogLevel;

/**
 * A configuration folder in use: loaded once, then followed by a thread of its own. The folder is
 * looked at four times a second rather than watched through the operating system, which sees
 * neither network file systems nor the exchange of a linked folder, and nothing of the files
 * elsewhere that configurations name.
 */
public final class ConfigurationFolder implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration END = Duration.ofSeconds(2);
  private static final List<String> FILE_KEYS =
      List.of(".certificate", ".certificates", ".key", ".ca", ".file", ".bundle");

  /** Files that are written, not read. */
  private static final String LOG_KEY = ".log.file";

  private final Path folder;
  private final ConfigurationReader reader = new ConfigurationReader();
  private final ConfigurationStore store;
  private final LogLines log;
  private Map<Path, FileStamp> beforeLoad = Map.of();
  private volatile Optional<Thread> follower = Optional.empty();

  /** Nothing is read yet. */
  public ConfigurationFolder(Path folder, ConfigurationAdmin admin, LogLines log) {
    this.folder = folder;
    this.store = new ConfigurationStore(admin);
    this.log = log;
  }

  /**
   * Gives Config Admin what the files say.
   *
   * @throws ConfigurationException when a file cannot be used; nothing was changed
   */
  public void load() throws ConfigurationException {
    beforeLoad = FileStamp.of(watched());
    apply(reader.read(folder));
  }

  /** The names of the configurations of a factory. */
  public Set<String> namesOf(String factoryPid) {
    Set<String> names = new HashSet<>();
    store.current().values().stream()
        .filter(configuration -> configuration.type().equals(factoryPid))
        .forEach(configuration -> configuration.name().ifPresent(names::add));
    return names;
  }

  /** Applies changes from now on, until it is closed. */
  public void follow(KnownKeys known) {
    warn(known);
    StillnessWatch<Map<Path, FileStamp>> watch =
        new StillnessWatch<>(beforeLoad, () -> FileStamp.of(watched()));
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  Thread.sleep(LOOK.toMillis());
                  watch.look().ifPresent(before -> changed(before, known));
                }
              } catch (InterruptedException e) {
                // Closed.
              }
            },
            "sallyport-configuration");
    thread.setDaemon(true);
    thread.start();
    follower = Optional.of(thread);
  }

  private Collection<Path> watched() {
    Set<Path> files = new HashSet<>();
    try {
      files.addAll(ConfigurationReader.files(folder));
    } catch (ConfigurationException e) {
      // The folder is away for the moment: every file in it will count as changed.
    }
    store.current().values().forEach(configuration -> files.addAll(namedFiles(configuration)));
    return files;
  }

  private void changed(Map<Path, FileStamp> before, KnownKeys known) {
    try {
      Map<Path, FileStamp> now = FileStamp.of(watched());
      List<String> changes = apply(reader.read(folder));
      if (!changes.isEmpty()) {
        log.write(LogLevel.INFO, "Configuration: " + String.join(", ", changes) + ".");
        warn(known);
      }
      Set<PidConfiguration> affected = new HashSet<>();
      before.keySet().stream() // One that is watched only since now has just been read.
          .filter(now::containsKey)
          .filter(file -> !Objects.equals(before.get(file), now.get(file)))
          .forEach(file -> affected.addAll(naming(file)));
      for (PidConfiguration configuration : affected) {
        if (changes.stream().noneMatch(change -> change.startsWith(configuration.pid() + " "))) {
          log.write(
              LogLevel.INFO, "A file of " + configuration.pid() + " changed; it is read again.");
          store.touch(configuration);
        }
      }
    } catch (ConfigurationException e) {
      log.write(LogLevel.ERROR, e.getMessage() + " The last good configuration stays in use.");
    } catch (IOException | RuntimeException e) {
      log.write(LogLevel.ERROR, "The changed configuration cannot be stored.", Optional.of(e));
    }
  }

  private List<String> apply(Map<String, PidConfiguration> wanted) throws ConfigurationException {
    try {
      return store.apply(wanted);
    } catch (IOException e) {
      throw new ConfigurationException(
          "The configuration cannot be stored (" + e.getMessage() + "); free some space.", e);
    }
  }

  private void warn(KnownKeys known) {
    known.warnings(store.current().values()).forEach(warning -> log.write(LogLevel.WARN, warning));
  }

  private List<PidConfiguration> naming(Path file) {
    return store.current().values().stream()
        .filter(configuration -> namedFiles(configuration).contains(file))
        .toList();
  }

  private List<Path> namedFiles(PidConfiguration configuration) {
    List<Path> files = new ArrayList<>();
    configuration
        .values()
        .forEach(
            (key, value) -> {
              if (FILE_KEYS.stream().anyMatch(key::endsWith) && !key.endsWith(LOG_KEY)) {
                texts(value).forEach(text -> path(text).ifPresent(files::add));
              }
            });
    return files;
  }

  private static Stream<String> texts(Object value) {
    return value instanceof Object[] list
        ? Stream.of(list).map(String::valueOf)
        : Stream.of(value.toString());
  }

  private Optional<Path> path(String text) {
    try {
      return Optional.of(folder.resolve(text));
    } catch (InvalidPathException e) {
      return Optional.empty(); // Whoever uses the key says what is wrong with it.
    }
  }

  @Override
  public void close() {
    follower.ifPresent(
        thread -> {
          thread.interrupt();
          try {
            thread.join(END.toMillis());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
