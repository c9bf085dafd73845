package io.sallyport.hw.pkcs11;

import io.sallyport.hw.KeyHardware;
import io.sallyport.hw.testkit.HardwareKeyContractTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The contract test with a key in SoftHSM. */
@ExtendWith(Needs.ASoftHsm.class)
abstract class SoftHsmContract extends HardwareKeyContractTest {
  private static final String TOKEN = "contract";

  private final List<String> kind;

  /** One token for all the tests of a class; each class has a process of its own. */
  @TempDir private static Path folder;

  SoftHsmContract(String... kind) {
    this.kind = List.of(kind);
  }

  @Override
  protected String name() {
    return "pkcs11";
  }

  @Override
  protected KeyHardware hardware() throws Exception {
    boolean first = Files.notExists(SoftHsm.configuration(folder));
    SoftHsm softHsm = SoftHsm.in(folder);
    if (first) {
      softHsm.token(TOKEN);
      softHsm.key(TOKEN, "device", kind);
    }
    Settings settings =
        Settings.of(
            softHsm.settings(SoftHsm.pinFile(folder, SoftHsm.PIN), "token.label", TOKEN), folder);
    return new Pkcs11Hardware(
        settings, new TokenLibraries().acquire(settings.library()), warning -> {});
  }
}
