package io.sallyport.core.osgi;

import io.sallyport.tls.CaStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.log.Logger;

/** Fills the global CA store from a file, where one is configured. Used by one thread at a time. */
final class GlobalAuthorities {
  private static final String BASE = "sallyport.config.dir";

  private final Path base;
  private final Logger logger;
  private String used = "";

  GlobalAuthorities(BundleContext context, Logger logger) {
    this.base = Path.of(Optional.ofNullable(context.getProperty(BASE)).orElse("")).toAbsolutePath();
    this.logger = logger;
  }

  /** Reads the file if it is another one than before; an unreadable one changes nothing. */
  void use(String file, CaStore store) {
    if (file.equals(used)) {
      return;
    }
    try {
      if (!file.isEmpty()) {
        byte[] content = Files.readAllBytes(base.resolve(file));
        if (!used.isEmpty()) {
          store.clear();
        }
        int unreadable = store.add(content);
        logger.info(
            "The global CA store has {} certificates from {}; {} could not be read.",
            store.certificates().size(),
            file,
            unreadable);
      } else {
        store.clear();
      }
      used = file;
    } catch (IOException | InvalidPathException e) {
      logger.error(
          "'global.ca.file' in io.sallyport.core: {} cannot be used ({}); give a readable PEM file.",
          file,
          String.valueOf(e.getMessage()));
    }
  }
}
