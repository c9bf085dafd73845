package io.sallyport.hw.atecc608a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.hw.atecc608a.driver.Atecc608;
import io.sallyport.hw.atecc608a.simulator.Atecc608Simulator;
import io.sallyport.hw.atecc608a.simulator.Layout;
import io.sallyport.testkit.peer.ForeignPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does with a chip. */
class Atecc608aToolTest {
  @TempDir private Path folder;

  private interface Work {
    void with(Atecc608aTool tool) throws Exception;
  }

  private void on(Layout layout, Work work) throws Exception {
    try (Atecc608Simulator simulator =
            Atecc608Simulator.open(folder.resolve(layout.toString()), layout);
        Atecc608 chip = new Atecc608(simulator.wire(), millis -> {})) {
      work.with(new Atecc608aTool(chip));
    }
  }

  @Test
  void aBlankChipIsProvisionedOnceAndForEver() throws Exception {
    on(
        Layout.TRUSTCUSTOM,
        tool -> {
          assertTrue(tool.info().contains("config    open"), tool.info());
          tool.provision(3);
          assertTrue(tool.info().contains("data      locked"), tool.info());
          assertTrue(tool.info().contains("layout    TrustCUSTOM"), tool.info());
          assertTrue(tool.info().contains("slot 3    private key, public "), tool.info());
          IOException refusal = assertThrows(IOException.class, () -> tool.provision(3));
          assertTrue(refusal.getMessage().contains("is locked"), refusal.getMessage());
        });
  }

  @Test
  void aChipTellsItsMakersLayout() throws Exception {
    on(Layout.TRUST_AND_GO, tool -> assertTrue(tool.info().contains("layout    Trust&GO")));
    on(Layout.TRUSTFLEX, tool -> assertTrue(tool.info().contains("layout    TrustFLEX")));
  }

  @Test
  void opensslTakesItsRequest() throws Exception {
    assumeTrue(ForeignPeer.isInstalled("openssl"), "openssl is not installed");
    on(
        Layout.TRUST_AND_GO,
        tool -> {
          for (String subject :
              new String[] {"CN=device", "CN=" + "a long name ".repeat(14) + ",O=Example"}) {
            Path request =
                Files.writeString(folder.resolve("csr"), tool.csr(0, new X500Principal(subject)));
            Process openssl =
                new ProcessBuilder("openssl", "req", "-verify", "-noout", "-in", request.toString())
                    .redirectErrorStream(true)
                    .start();
            String said =
                new String(openssl.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertEquals(0, openssl.waitFor(), said);
            assertTrue(said.contains("verify OK"), said);
          }
        });
  }
}
