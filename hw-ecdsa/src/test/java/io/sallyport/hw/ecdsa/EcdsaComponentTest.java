package io.sallyport.hw.ecdsa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the keys of the configuration mean. */
class EcdsaComponentTest {
  private static final Path BASE = Path.of("/etc/sallyport");

  /** As Declarative Services gives it: the given keys, and the defaults of the others. */
  private static EcdsaSettings settings(Map<String, Object> given) throws TlsException {
    EcdsaConfiguration configuration =
        (EcdsaConfiguration)
            Proxy.newProxyInstance(
                EcdsaConfiguration.class.getClassLoader(),
                new Class<?>[] {EcdsaConfiguration.class},
                (proxy, method, arguments) ->
                    given.getOrDefault(
                        method.getName().replace('_', '.'), method.getDefaultValue()));
    return EcdsaComponent.settings(configuration, BASE);
  }

  private static void assertRefused(String part, Map<String, Object> given) {
    TlsException refusal = assertThrows(TlsException.class, () -> settings(given));
    assertEquals(TlsErrorCode.INVALID_ARG, refusal.code());
    assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
  }

  @Test
  void theDefaultsAreAnEsp32H2WithRandomNoncesAndTheDocumentedSuites() throws Exception {
    EcdsaSettings settings = settings(Map.of("efuse.file", "efuse.bin", "block", 4));
    assertEquals(
        new EcdsaSettings(
            "esp32h2",
            Path.of("/etc/sallyport/efuse.bin"),
            Optional.of(KeyBlocks.p256(4)),
            Optional.empty(),
            Nonce.RANDOM,
            EcdsaSettings.DOCUMENTED_SUITES),
        settings);
  }

  @Test
  void allCanBeSet() throws Exception {
    assertEquals(
        new EcdsaSettings(
            "esp32c5",
            Path.of("/var/chip.bin"),
            Optional.of(KeyBlocks.p384(5, 4)),
            Optional.of(Path.of("/etc/sallyport/chain.pem")),
            Nonce.DETERMINISTIC,
            List.of()),
        settings(
            Map.of(
                "chip", "esp32c5",
                "efuse.file", "/var/chip.bin",
                "block", 5,
                "block.high", 4,
                "curve", "P-384",
                "certificate", "chain.pem",
                "nonce", "deterministic",
                "suites", "any")));
  }

  @Test
  void withoutABlockConnectionsNameTheirs() throws Exception {
    assertEquals(Optional.empty(), settings(Map.of("efuse.file", "efuse.bin")).key());
  }

  @Test
  void whatIsMissingOrWrongIsNamed() {
    assertRefused("efuse.file", Map.of("block", 4));
    assertRefused("3", Map.of("efuse.file", "f", "block", 3));
    assertRefused("block.high", Map.of("efuse.file", "f", "block", 4, "block.high", 5));
    assertRefused("block.high", Map.of("efuse.file", "f", "block", 4, "curve", "P-384"));
    assertRefused("'block' is missing", Map.of("efuse.file", "f", "block.high", 4));
    assertRefused("'block' is missing", Map.of("efuse.file", "f", "certificate", "c"));
    assertRefused("curve", Map.of("efuse.file", "f", "block", 4, "curve", "P-192"));
    assertRefused("nonce", Map.of("efuse.file", "f", "block", 4, "nonce", "none"));
    assertRefused("suites", Map.of("efuse.file", "f", "block", 4, "suites", "none"));
  }
}
