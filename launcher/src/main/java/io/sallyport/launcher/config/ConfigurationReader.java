package io.sallyport.launcher.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads a folder's {@code *.json} files, in the order of their names: resources of the OSGi
 * Configurator specification (version 1.0, JSON with comments). Either every file is good or the
 * whole folder is refused.
 */
public final class ConfigurationReader {
  private static final String RESERVED = ":configurator:";

  private final JsonFactory json =
      new JsonFactoryBuilder()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /**
   * The folder's configurations by PID.
   *
   * @throws ConfigurationException for the first thing that is wrong
   */
  Map<String, PidConfiguration> read(Path folder) throws ConfigurationException {
    Map<String, PidConfiguration> all = new LinkedHashMap<>();
    for (Path file : files(folder)) {
      for (PidConfiguration configuration : readFile(file)) {
        PidConfiguration earlier = all.putIfAbsent(configuration.pid(), configuration);
        if (earlier != null) {
          throw new ConfigurationException(
              "'"
                  + configuration.pid()
                  + "' stands in both '"
                  + earlier.file()
                  + "' and '"
                  + file
                  + "'; delete one of them.");
        }
      }
    }
    return all;
  }

  /** The folder's configuration files, sorted by name. */
  static List<Path> files(Path folder) throws ConfigurationException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".json"))
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ConfigurationException(
          "The configuration folder '" + folder + "' cannot be read" + reason(e) + ".", e);
    }
  }

  private List<PidConfiguration> readFile(Path file) throws ConfigurationException {
    List<PidConfiguration> configurations = new ArrayList<>();
    try (JsonParser parser = json.createParser(Files.readAllBytes(file))) {
      expect(
          file, parser, parser.nextToken(), JsonToken.START_OBJECT, "the file must be an object");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String pid = parser.currentName();
        JsonLocation place = parser.currentTokenLocation();
        JsonToken value = parser.nextToken();
        if (pid.startsWith(RESERVED)) {
          parser.skipChildren();
          continue;
        }
        checkPid(file, place, pid);
        expect(
            file,
            parser,
            value,
            JsonToken.START_OBJECT,
            "the value of '" + pid + "' must be an object with its keys");
        configurations.add(readPid(file, parser, pid));
      }
      if (parser.nextToken() != null) {
        throw at(
            file,
            parser.currentTokenLocation(),
            "after the closing brace nothing may follow; delete the rest.");
      }
    } catch (JsonProcessingException e) {
      throw notJson(file, e);
    } catch (IOException e) {
      throw new ConfigurationException("'" + file + "' cannot be read" + reason(e) + ".", e);
    }
    return configurations;
  }

  private PidConfiguration readPid(Path file, JsonParser parser, String pid)
      throws IOException, ConfigurationException {
    Map<String, Object> values = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonLocation place = parser.currentTokenLocation();
      parser.nextToken();
      if (key.startsWith(RESERVED)) {
        parser.skipChildren();
        continue;
      }
      TypedKey typed = TypedKey.parse(key);
      if (lines.put(typed.name(), place.getLineNr()) != null) {
        throw at(file, place, "'" + typed.name() + "' is given twice; delete one of them.");
      }
      try {
        value(parser, typed).ifPresent(value -> values.put(typed.name(), value));
      } catch (IllegalArgumentException e) {
        throw ConfigurationException.at(
            file,
            place.getLineNr(),
            place.getColumnNr(),
            "'" + typed.name() + "' of " + pid + ": " + e.getMessage(),
            e);
      }
    }
    return new PidConfiguration(pid, values, file, lines);
  }

  private static Optional<Object> value(JsonParser parser, TypedKey key) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return Optional.empty();
    }
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      return Optional.of(key.single(scalar(parser)));
    }
    List<Object> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(scalar(parser));
    }
    return Optional.of(key.several(items));
  }

  private static Object scalar(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
      default ->
          throw new IllegalArgumentException(
              "a text, a number, true, false or a list of these is needed.");
    };
  }

  private static void checkPid(Path file, JsonLocation place, String pid)
      throws ConfigurationException {
    if (pid.isBlank() || pid.startsWith("~") || pid.endsWith("~")) {
      throw at(
          file,
          place,
          "'" + pid + "' is no PID; write for example \"io.sallyport.gateway.route~web\".");
    }
  }

  private static void expect(
      Path file,
      JsonParser parser,
      @org.jspecify.annotations.Nullable JsonToken found,
      JsonToken expected,
      String otherwise)
      throws ConfigurationException {
    if (found != expected) {
      throw at(file, parser.currentTokenLocation(), otherwise + ", as in { \"key\": \"value\" }.");
    }
  }

  private static ConfigurationException at(Path file, JsonLocation place, String what) {
    return ConfigurationException.at(file, place.getLineNr(), place.getColumnNr(), what);
  }

  private static ConfigurationException notJson(Path file, JsonProcessingException e) {
    JsonLocation place = Optional.ofNullable(e.getLocation()).orElse(JsonLocation.NA);
    String words = String.valueOf(e.getOriginalMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    return ConfigurationException.at(
        file,
        Math.max(1, place.getLineNr()),
        Math.max(1, place.getColumnNr()),
        "this is not JSON: " + words + (words.endsWith(".") ? "" : "."),
        e);
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return ", it is not readable for this user; change its permissions";
    }
    if (e instanceof java.nio.file.NoSuchFileException) {
      return ", there is none; check the name";
    }
    if (e instanceof java.nio.file.NotDirectoryException) {
      return ", it is a file; give the folder that it is in";
    }
    return " (" + e.getMessage() + ")";
  }
}
