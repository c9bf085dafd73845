package io.sallyport.core.osgi;

import io.sallyport.tls.TlsException;
import io.sallyport.tls.key.HardwareKey;
import io.sallyport.tls.key.KeyHealth;
import io.sallyport.tls.key.KeyProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The shell's {@code tls:keys}. Knows nothing of the shell. */
@Component(
    service = KeyCommands.class,
    property = {"osgi.command.scope=tls", "osgi.command.function=keys"})
public final class KeyCommands {
  private final List<KeyProvider> providers = new CopyOnWriteArrayList<>();

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindProvider")
  void bindProvider(KeyProvider provider) {
    providers.add(provider);
  }

  void unbindProvider(KeyProvider provider) {
    providers.remove(provider);
  }

  /** {@code tls:keys}: every provider of hardware keys, how its device is, and its keys. */
  public String keys() {
    if (providers.isEmpty()) {
      return "There is no provider of hardware keys; configure one, such as io.sallyport.hw.pkcs11.";
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of("PROVIDER", "STATE", "KEY", "TYPE", "CERTIFICATE", "SIGNED", "FAILED", "DETAIL"));
    providers.stream()
        .sorted(Comparator.comparing(KeyProvider::name))
        .forEach(provider -> rows.addAll(rows(provider)));
    return Table.format(rows);
  }

  private static List<List<String>> rows(KeyProvider provider) {
    KeyHealth health = provider.health();
    List<List<String>> rows = new ArrayList<>();
    for (HardwareKey key : keys(provider, health)) {
      boolean first = rows.isEmpty();
      rows.add(
          List.of(
              first ? provider.name() : "",
              first ? health.state().name() : "",
              key.id(),
              key.publicKey().getAlgorithm(),
              key.certificates().isEmpty()
                  ? "-"
                  : key.certificates().get(0).getSubjectX500Principal().getName(),
              first ? Long.toString(health.operations()) : "",
              first ? Long.toString(health.failures()) : "",
              ""));
    }
    if (rows.isEmpty()) {
      rows.add(
          List.of(
              provider.name(),
              health.state().name(),
              "-",
              "-",
              "-",
              Long.toString(health.operations()),
              Long.toString(health.failures()),
              health.detail()));
    }
    return rows;
  }

  /** A device that is not there is not waited for. */
  private static List<HardwareKey> keys(KeyProvider provider, KeyHealth health) {
    if (health.state() != KeyHealth.State.READY) {
      return List.of();
    }
    try {
      return provider.keys();
    } catch (TlsException e) {
      return List.of();
    }
  }
}
