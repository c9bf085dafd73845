package io.sallyport.launcher.demo;

import io.sallyport.hw.ecdsa.EcdsaProvisioning;
import io.sallyport.hw.ecdsa.KeyBlocks;
import io.sallyport.hw.ecdsa.Protection;
import java.io.IOException;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.util.Map;

/** A P-256 key, burnt into a virtual eFuse block. */
final class EcdsaDemoKey implements DemoKey {
  private static final String CHIP = "esp32h2";
  private static final int BLOCK = 4;

  @Override
  public String provider() {
    return "ecdsa";
  }

  @Override
  public String words() {
    return "P-256, in eFuse block " + BLOCK + " of a virtual " + CHIP;
  }

  @Override
  public Map<String, Object> provision(Path folder, DemoCertificates certificates)
      throws IOException {
    Path efuses = folder.resolve("efuses.bin");
    ECPublicKey key =
        new EcdsaProvisioning(CHIP, efuses).burnNew(KeyBlocks.p256(BLOCK), Protection.FULL);
    return Map.of(
        "chip",
        CHIP,
        "efuse.file",
        efuses.toString(),
        "block",
        BLOCK,
        "certificate",
        certificates.issueFor(key).toString());
  }
}
