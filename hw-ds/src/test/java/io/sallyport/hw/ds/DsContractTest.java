package io.sallyport.hw.ds;

import io.sallyport.hw.KeyHardware;
import io.sallyport.hw.testkit.HardwareKeyContractTest;
import io.sallyport.testkit.pki.KeyType;
import java.nio.file.Path;
import java.security.interfaces.RSAPrivateKey;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** A key in DS parameters, on every stack. */
class DsContractTest extends HardwareKeyContractTest {
  private static final RSAPrivateKey KEY = (RSAPrivateKey) KeyType.RSA_2048.generate().getPrivate();

  @TempDir private Path folder;

  @Override
  protected String name() {
    return "ds";
  }

  @Override
  protected KeyHardware hardware() throws Exception {
    Path hmacKey = folder.resolve("hmac.key");
    Path parameters = folder.resolve("ds.bin");
    DsProvisioning.write(DsChip.ESP32S3, KEY, hmacKey, parameters);
    return new DsHardware(
        new DsSettings(DsChip.ESP32S3, hmacKey, 0, Optional.of(parameters), Optional.empty()));
  }
}
