package io.sallyport.hw.pkcs11;

import io.sallyport.hw.KeyHardware;
import io.sallyport.hw.testkit.HardwareKeyContractTest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The contract test with a P-256 key in a TPM 2.0. */
@ExtendWith(Needs.ATpm.class)
final class TpmContractTest extends HardwareKeyContractTest {
  @TempDir private static Path folder;

  private static Settings settings;

  @BeforeAll
  static void tpm() throws Exception {
    Tpm tpm = Tpm.in(folder);
    tpm.key("device", List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    settings = tpm.settings(Tpm.PIN);
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
