package io.sallyport.hw.pkcs11;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The libraries in use, one object for each: what several tokens of one library share. Thread-safe.
 */
@Component(service = TokenLibraries.class)
public final class TokenLibraries {
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Map<Path, Shared> libraries = new HashMap<>();
  private final Duration pause;

  private static final class Shared {
    private final TokenLibrary library;
    private int users;

    Shared(TokenLibrary library) {
      this.library = library;
    }
  }

  /** Begins without any. */
  @Activate
  public TokenLibraries() {
    this(PAUSE);
  }

  TokenLibraries(Duration pause) {
    this.pause = pause;
  }

  /** The library at a path; {@link #release} must follow. */
  synchronized TokenLibrary acquire(Path path) {
    Shared shared =
        libraries.computeIfAbsent(path, key -> new Shared(new TokenLibrary(key, pause)));
    shared.users++;
    return shared.library;
  }

  /** Gives back what {@link #acquire} gave. */
  synchronized void release(TokenLibrary library) {
    Shared shared = libraries.get(library.path());
    if (shared != null && shared.library == library && --shared.users == 0) {
      libraries.remove(library.path());
      library.close();
    }
  }
}
