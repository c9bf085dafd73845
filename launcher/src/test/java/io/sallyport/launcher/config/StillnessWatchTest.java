package io.sallyport.launcher.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StillnessWatchTest {
  private final AtomicReference<String> world = new AtomicReference<>("first");
  private final StillnessWatch<String> watch = new StillnessWatch<>(world.get(), world::get);

  @Test
  void saysNothingWhileNothingChanges() {
    assertEquals(Optional.empty(), watch.look());
    assertEquals(Optional.empty(), watch.look());
  }

  @Test
  void reportsSeveralChangesOnceAndOnlyWhenTheyAreOver() {
    world.set("second");
    assertEquals(Optional.empty(), watch.look());
    world.set("third");
    assertEquals(Optional.empty(), watch.look());
    assertEquals(Optional.of("first"), watch.look());
    assertEquals(Optional.empty(), watch.look());
  }

  @Test
  void reportsNothingWhenEverythingIsAsBefore() {
    world.set("second");
    assertEquals(Optional.empty(), watch.look());
    world.set("first");
    assertEquals(Optional.empty(), watch.look());
    assertEquals(Optional.empty(), watch.look());
  }
}
