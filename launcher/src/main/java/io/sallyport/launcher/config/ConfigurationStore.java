package io.sallyport.launcher.config;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Makes Config Admin hold what the files say: creates, updates, deletes. Confined to one thread.
 */
final class ConfigurationStore {
  private static final String ANY_LOCATION = "?";

  private final ConfigurationAdmin admin;
  private Map<String, PidConfiguration> current = Map.of();

  ConfigurationStore(ConfigurationAdmin admin) {
    this.admin = admin;
  }

  /** What Config Admin holds. */
  Map<String, PidConfiguration> current() {
    return current;
  }

  /**
   * Replaces everything.
   *
   * @return what changed, as in "io.sallyport.core changed"
   */
  List<String> apply(Map<String, PidConfiguration> wanted) throws IOException {
    List<String> changes = new ArrayList<>();
    Map<String, PidConfiguration> before = current;
    current = new LinkedHashMap<>(wanted);
    for (PidConfiguration old : before.values()) {
      if (!wanted.containsKey(old.pid())) {
        configuration(old).delete();
        changes.add(old.pid() + " removed");
      }
    }
    for (PidConfiguration next : wanted.values()) {
      PidConfiguration old = before.get(next.pid());
      if (old == null || !old.sameValues(next)) {
        configuration(next).update(FrameworkUtil.asDictionary(next.values()));
        changes.add(next.pid() + (old == null ? " added" : " changed"));
      }
    }
    return changes;
  }

  /** Has a configuration's users read it, and the files that it names, again. */
  void touch(PidConfiguration configuration) throws IOException {
    configuration(configuration).update();
  }

  private Configuration configuration(PidConfiguration configuration) throws IOException {
    return configuration.name().isPresent()
        ? admin.getFactoryConfiguration(
            configuration.type(), configuration.name().get(), ANY_LOCATION)
        : admin.getConfiguration(configuration.pid(), ANY_LOCATION);
  }
}
