package io.sallyport.launcher.demo;

import io.sallyport.hw.ds.DsChip;
import io.sallyport.hw.ds.DsProvisioning;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateKey;
import java.util.Map;

/** An RSA key that remains as parameters of the Digital Signature peripheral only. */
final class DsDemoKey implements DemoKey {
  private static final DsChip CHIP = DsChip.ESP32S3;
  private static final int BITS = 2048;

  @Override
  public String provider() {
    return "ds";
  }

  @Override
  public String words() {
    return "RSA-" + BITS + ", as encrypted parameters of a modelled " + CHIP;
  }

  @Override
  public Map<String, Object> provision(Path folder, DemoCertificates certificates)
      throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(BITS);
    Path hmacKey = folder.resolve("ds-hmac.key");
    Path parameters = folder.resolve("ds-parameters.bin");
    KeyPair pair = generator.generateKeyPair();
    DsProvisioning.write(CHIP, (RSAPrivateKey) pair.getPrivate(), hmacKey, parameters);
    return Map.of(
        "chip",
        CHIP.toString(),
        "hmac.key.file",
        hmacKey.toString(),
        "parameters.file",
        parameters.toString(),
        "certificate",
        certificates.issueFor(pair.getPublic()).toString());
  }
}
