package io.sallyport.launcher.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationReaderTest {
  @TempDir private Path folder;

  @Test
  void readsEveryFileOfTheFolderByPid() throws Exception {
    write("b.json", "{ \"io.example.two\": {} }");
    write(
        "a.json",
        """
        {
          // a comment
          ":configurator:resource-version": 1,
          "io.example.factory~one": { "mode": "terminate", "size": 5, "on": true, "ratio": 0.5 }
        }
        """);
    write("notes.txt", "not JSON");

    Map<String, PidConfiguration> all = new ConfigurationReader().read(folder);

    assertEquals(List.of("io.example.factory~one", "io.example.two"), List.copyOf(all.keySet()));
    PidConfiguration one = all.get("io.example.factory~one");
    assertEquals("io.example.factory", one.type());
    assertEquals("one", one.name().orElseThrow());
    assertEquals(Map.of("mode", "terminate", "size", 5L, "on", true, "ratio", 0.5), one.values());
    assertEquals(4, one.lines().get("size"));
  }

  @Test
  void convertsWrittenTypesAndLists() throws Exception {
    write(
        "a.json",
        """
        { "p": { "port:Integer": "8443", "names": ["a", "b"], "numbers:Integer[]": [1, 2],
                 "some:Collection<Long>": [3], "gone": null, "colon:inside": "kept" } }
        """);

    Map<String, Object> values = new ConfigurationReader().read(folder).get("p").values();

    assertEquals(8443, values.get("port"));
    assertArrayEquals(new String[] {"a", "b"}, (String[]) values.get("names"));
    assertArrayEquals(new Integer[] {1, 2}, (Integer[]) values.get("numbers"));
    assertEquals(List.of(3L), values.get("some"));
    assertEquals("kept", values.get("colon:inside"));
    assertEquals(5, values.size());
  }

  @Test
  void namesFileLineAndColumnOfAMissingComma() throws Exception {
    Path file = write("a.json", "{\n  \"p\": {\n    \"one\": 1\n    \"two\": 2\n  }\n}\n");

    String message = refused();

    assertTrue(message.startsWith("'" + file + "', line 4, column 5: this is not JSON"), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void namesThePlaceWhereAnObjectIsNeeded() throws Exception {
    write("a.json", "{ \"p\":\n  \"text\" }");

    String message = refused();

    assertTrue(message.contains("line 2, column 3: the value of 'p' must be an object"), message);
  }

  @Test
  void refusesKeysThatAreGivenTwice() throws Exception {
    write("a.json", "{ \"p\": { \"k\": 1,\n \"k:Integer\": 2 } }");

    assertTrue(refused().contains("line 2, column 2: 'k' is given twice"));
  }

  @Test
  void refusesAPidInTwoFiles() throws Exception {
    write("a.json", "{ \"p\": {} }");
    write("b.json", "{ \"p\": {} }");

    String message = refused();

    assertTrue(message.contains("a.json") && message.contains("b.json"), message);
  }

  @Test
  void refusesWhatFollowsTheObject() throws Exception {
    write("a.json", "{ \"p\": {} }\n{}");

    assertTrue(refused().contains("line 2, column 1: after the closing brace"));
  }

  @Test
  void refusesAnEmptyFileAndAnUnfinishedOne() throws Exception {
    write("a.json", "");
    assertTrue(refused().contains("must be an object"));
    write("a.json", "{ \"p\": {");
    assertTrue(refused().contains("line 1"));
  }

  @Test
  void refusesValuesOfTheWrongType() throws Exception {
    write("a.json", "{ \"p\": { \"port:Integer\": \"many\" } }");
    assertTrue(refused().contains("'port' of p: 'many' is no Integer"));
    write("a.json", "{ \"p\": { \"mixed\": [1, \"two\"] } }");
    assertTrue(refused().contains("of one kind"));
    write("a.json", "{ \"p\": { \"deep\": { \"er\": 1 } } }");
    assertTrue(refused().contains("'deep' of p"));
  }

  @Test
  void saysThatThereIsNoSuchFolder() {
    Path missing = folder.resolve("missing");

    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> new ConfigurationReader().read(missing));

    assertTrue(e.getMessage().contains("there is none"), e.getMessage());
  }

  private String refused() {
    return assertThrows(ConfigurationException.class, () -> new ConfigurationReader().read(folder))
        .getMessage();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
