package io.sallyport.hw.ecdsa;

import io.sallyport.hw.KeyHardware;
import io.sallyport.hw.testkit.HardwareKeyContractTest;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** A P-384 key of an ESP32-C5, with deterministic nonces, on every stack. */
class EcdsaP384ContractTest extends HardwareKeyContractTest {
  @TempDir private Path folder;

  @Override
  protected String name() {
    return "ecdsa";
  }

  @Override
  protected KeyHardware hardware() throws Exception {
    Path file = folder.resolve("efuse.bin");
    KeyBlocks blocks = KeyBlocks.p384(5, 4);
    new EcdsaProvisioning("esp32c5", file).burnNew(blocks, Protection.FULL);
    return new EcdsaHardware(
        new EcdsaSettings(
            "esp32c5",
            file,
            Optional.of(blocks),
            Optional.empty(),
            Nonce.DETERMINISTIC,
            EcdsaSettings.suites("any")));
  }
}
