package io.sallyport.hw.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.Limits;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a configuration is read. */
final class SettingsTest {
  private static final Path BASE = Path.of("/etc/sallyport");

  private static Map<String, Object> least() {
    return new HashMap<>(Map.of("library", "lib/token.so", "pin.file", "pin"));
  }

  @Test
  void theLeastConfigurationMeansTheOnlyKeyOfTheOnlyToken() throws Exception {
    Map<String, Object> values = least();
    values.put("service.pid", "io.sallyport.hw.pkcs11");
    values.put("component.id", 7L);
    Settings settings = Settings.of(values, BASE);
    assertEquals(
        new Settings(
            BASE.resolve("lib/token.so"),
            new TokenChoice.Only(),
            new PinSource.InFile(BASE.resolve("pin")),
            new KeyChoice.Only(),
            Optional.empty(),
            new Limits(64, Duration.ofSeconds(10))),
        settings);
  }

  @Test
  void everythingCanBeGivenAsTextOrAsItsType() throws Exception {
    Map<String, Object> values =
        Map.of(
            "library", "/usr/lib/token.so",
            "slot", 3L,
            "pin.env", "TOKEN_PIN",
            "key.id", "0A:0b",
            "certificate", "../chain.pem",
            "queue.limit", "5",
            "queue.deadline.ms", 250);
    assertEquals(
        new Settings(
            Path.of("/usr/lib/token.so"),
            new TokenChoice.InSlot(3),
            new PinSource.InEnvironment("TOKEN_PIN"),
            new KeyChoice.WithId(new ObjectId("0a0b")),
            Optional.of(Path.of("/etc/chain.pem")),
            new Limits(5, Duration.ofMillis(250))),
        Settings.of(values, BASE));
  }

  @ParameterizedTest
  @CsvSource({
    "library, '', is missing",
    "pin.file, '', is missing",
    "pin.env, X, are both given",
    "slot, -1, from 0",
    "slot, one, whole number",
    "key.id, abc, hexadecimal",
    "key.id, ':', hexadecimal",
    "queue.limit, 0, from 1",
    "queue.deadline.ms, 0, from 1",
    "pin, 1234, is not known",
    "token.lable, x, is not known",
  })
  void whatIsWrongIsNamed(String key, String value, String why) {
    Map<String, Object> values = least();
    values.put(key, value);
    TlsException refusal = assertThrows(TlsException.class, () -> Settings.of(values, BASE));
    assertEquals(TlsErrorCode.INVALID_ARG, refusal.code());
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
    assertTrue(
        refusal.getMessage().contains("'" + key + "'")
            || refusal.getMessage().contains("'pin.file'"),
        refusal.getMessage());
  }

  @Test
  void aTokenAndAKeyHaveOneNameEach() {
    Map<String, Object> tokens = least();
    tokens.putAll(Map.of("token.label", "a", "slot", 1));
    assertThrows(TlsException.class, () -> Settings.of(tokens, BASE));
    Map<String, Object> keys = least();
    keys.putAll(Map.of("key.label", "a", "key.id", "01"));
    assertThrows(TlsException.class, () -> Settings.of(keys, BASE));
  }
}
