package io.sallyport.launcher.shell;

import java.util.Arrays;
import java.util.Optional;
import org.apache.felix.service.command.Converter;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * Finds the bundle that a command of the shell is to work on, by its number or symbolic name:
 * {@code stop 13}. Gogo's runtime leaves that to a shell of its own, which is not used here.
 */
public final class BundleConverter implements Converter {
  private final BundleContext framework;

  /** Finds bundles of this framework. */
  public BundleConverter(BundleContext framework) {
    this.framework = framework;
  }

  @Override
  public @Nullable Object convert(Class<?> desired, Object in) {
    return desired == Bundle.class ? find(in.toString().trim()).orElse(null) : null;
  }

  private Optional<Bundle> find(String words) {
    if (words.matches("[0-9]{1,9}")) {
      return Optional.ofNullable(framework.getBundle(Long.parseLong(words)));
    }
    return Arrays.stream(framework.getBundles())
        .filter(bundle -> words.equals(bundle.getSymbolicName()))
        .findFirst();
  }

  @Override
  public @Nullable CharSequence format(Object target, int level, Converter escape) {
    return null; // What it looks like is left to others.
  }
}
