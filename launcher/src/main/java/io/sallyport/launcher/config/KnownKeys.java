package io.sallyport.launcher.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;

/** What the bundles say, in their Metatype descriptions, that can be configured. Immutable. */
public final class KnownKeys {
  private final Map<String, Collection<String>> keysByType;

  KnownKeys(Map<String, Collection<String>> keysByType) {
    this.keysByType = new TreeMap<>(keysByType);
  }

  /** Asks every bundle. */
  public static KnownKeys of(MetaTypeService metaTypes, Bundle[] bundles) {
    Map<String, Collection<String>> keys = new TreeMap<>();
    for (Bundle bundle : bundles) {
      // Null for a bundle that is not resolved.
      @Nullable MetaTypeInformation information = metaTypes.getMetaTypeInformation(bundle);
      if (information == null) {
        continue;
      }
      for (String[] pids : List.of(information.getPids(), information.getFactoryPids())) {
        for (String pid : pids) {
          keys.put(pid, keys(information.getObjectClassDefinition(pid, null)));
        }
      }
    }
    return new KnownKeys(keys);
  }

  private static Collection<String> keys(ObjectClassDefinition definition) {
    return new TreeSet<>(
        Arrays.stream(definition.getAttributeDefinitions(ObjectClassDefinition.ALL))
            .map(AttributeDefinition::getID)
            .toList());
  }

  /** A sentence for each PID and key that nobody knows. */
  List<String> warnings(Collection<PidConfiguration> configurations) {
    List<String> warnings = new ArrayList<>();
    for (PidConfiguration configuration : configurations) {
      Optional<Collection<String>> keys = Optional.ofNullable(keysByType.get(configuration.type()));
      if (keys.isEmpty()) {
        if (!isOfAnotherBundle(configuration)) {
          warnings.add(unknownPid(configuration));
        }
      } else {
        configuration.values().keySet().stream()
            .filter(key -> !keys.get().contains(key))
            .sorted()
            .forEach(key -> warnings.add(unknownKey(configuration, key, keys.get())));
      }
    }
    return warnings;
  }

  // Bundles beside ours, such as Felix's own, need not describe their configuration.
  private static boolean isOfAnotherBundle(PidConfiguration configuration) {
    return configuration.type().startsWith("org.apache.felix.")
        || configuration.type().startsWith("org.osgi.");
  }

  private String unknownPid(PidConfiguration configuration) {
    return "'"
        + configuration.file()
        + "': nothing is configured by '"
        + configuration.type()
        + "'; "
        + NearestName.of(configuration.type(), keysByType.keySet())
            .map(near -> "did you mean '" + near + "'?")
            .orElse("the PIDs are " + String.join(", ", keysByType.keySet()) + ".");
  }

  private static String unknownKey(
      PidConfiguration configuration, String key, Collection<String> known) {
    return "'"
        + configuration.file()
        + "', line "
        + configuration.lines().getOrDefault(key, 1)
        + ": "
        + configuration.pid()
        + " has no key '"
        + key
        + "'; "
        + NearestName.of(key, known)
            .map(near -> "did you mean '" + near + "'?")
            .orElse("the keys are " + String.join(", ", known) + ".");
  }
}
