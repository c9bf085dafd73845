package io.sallyport.hw.ecdsa;

import io.sallyport.hw.KeyHardware;
import io.sallyport.hw.testkit.HardwareKeyContractTest;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** A P-256 key of an ESP32-P4, with any suite, so that Conscrypt has TLS 1.3, too. */
class EcdsaAnySuiteContractTest extends HardwareKeyContractTest {
  @TempDir private Path folder;

  @Override
  protected String name() {
    return "ecdsa";
  }

  @Override
  protected KeyHardware hardware() throws Exception {
    Path file = folder.resolve("efuse.bin");
    KeyBlocks blocks = KeyBlocks.p256(9);
    new EcdsaProvisioning("esp32p4", file).burnNew(blocks, Protection.FULL);
    return new EcdsaHardware(
        new EcdsaSettings(
            "esp32p4",
            file,
            Optional.of(blocks),
            Optional.empty(),
            Nonce.RANDOM,
            EcdsaSettings.suites("any")));
  }
}
