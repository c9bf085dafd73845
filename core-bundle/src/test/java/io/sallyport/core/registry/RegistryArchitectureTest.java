package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The state machine of stacks is plain Java: it can be tested, and raced, without a framework. */
class RegistryArchitectureTest {
  @Test
  void noClassOfTheRegistryRefersToOsgi() throws Exception {
    List<Path> classes = classesBeside(StackRegistry.class);
    assertTrue(classes.stream().anyMatch(file -> file.endsWith("Generation.class")));
    assertEquals(
        List.of(), classes.stream().filter(RegistryArchitectureTest::refersToOsgi).toList());
  }

  /** The search finds what it looks for where it is. */
  @Test
  void theClassesThatBindTheRegistryToOsgiDoReferToIt() throws Exception {
    assertTrue(
        classesBeside(Class.forName("io.sallyport.core.osgi.Platform")).stream()
            .anyMatch(RegistryArchitectureTest::refersToOsgi));
  }

  private static List<Path> classesBeside(Class<?> one) throws IOException, URISyntaxException {
    Path file = Path.of(one.getResource(one.getSimpleName() + ".class").toURI());
    try (Stream<Path> all = Files.list(file.getParent())) {
      return all.filter(each -> each.toString().endsWith(".class")).toList();
    }
  }

  /** Names of types are UTF-8 in the constant pool, in signatures and descriptors as well. */
  private static boolean refersToOsgi(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
          .contains("org/osgi/");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
