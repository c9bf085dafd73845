package io.sallyport.core.registry;

import io.sallyport.tls.stack.StackEvent;
import io.sallyport.tls.stack.StackEventType;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what the registry said. */
final class RecordedEvents implements RegistryEvents {
  /** Type and stack of each event. */
  final List<String> lines = new CopyOnWriteArrayList<>();

  final List<StackEvent> all = new CopyOnWriteArrayList<>();

  @Override
  public void happened(StackEvent event) {
    all.add(event);
    lines.add((event.type() + " " + event.stack()).trim());
  }

  boolean has(StackEventType type, String words) {
    return all.stream().anyMatch(event -> event.type() == type && event.sentence().contains(words));
  }
}
