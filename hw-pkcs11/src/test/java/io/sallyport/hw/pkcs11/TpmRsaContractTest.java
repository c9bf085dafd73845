package io.sallyport.hw.pkcs11;

import io.sallyport.hw.KeyHardware;
import io.sallyport.hw.testkit.HardwareKeyContractTest;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.testkit.pki.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The contract test with an RSA key in a TPM 2.0, whose certificate is in a file. */
@ExtendWith(Needs.ATpm.class)
final class TpmRsaContractTest extends HardwareKeyContractTest {
  @TempDir private static Path folder;

  private static Settings settings;

  @BeforeAll
  static void tpm() throws Exception {
    Tpm tpm = Tpm.in(folder);
    PublicKey key = tpm.bareKey("device", "rsa2048", "RSA");
    CertificateAuthority authority = CertificateAuthority.root("CN=TPM Test Root");
    KeyPair pair = new KeyPair(key, KeyType.EC_P256.generate().getPrivate()); // Not looked at.
    Path certificate =
        Files.write(
            folder.resolve("device.pem"),
            Pem.certificates(authority.certificate().key(pair).issue().chain()));
    settings = tpm.settings(Tpm.PIN, "key.label", "device", "certificate", certificate.toString());
  }

  @Override
  protected String name() {
    return "pkcs11";
  }

  @Override
  protected KeyHardware hardware() {
    return new Pkcs11Hardware(
        settings, new TokenLibraries().acquire(settings.library()), warning -> {});
  }
}
