package io.sallyport.hw.ecdsa;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.sallyport.hw.HardwareKeys;
import io.sallyport.hw.Limits;
import io.sallyport.hw.testkit.Loggers;
import io.sallyport.tls.key.HardwareKey;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Burns a key, signs with it, and dumps the whole heap, garbage too; optionally with a leak. */
final class HeapSubject {
  private static final int SIGNATURES = 20;
  private static final List<byte[]> LEAK = new ArrayList<>();

  private HeapSubject() {}

  /** Arguments: folder, chip, blocks, protection, "clean" or "leaking". */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Path file = folder.resolve("efuse.bin");
    KeyBlocks blocks = KeyBlocks.parse(arguments[2]);
    Protection protection =
        arguments[3].equals("hidden") ? Protection.FULL : new Protection(false, true);
    new EcdsaProvisioning(arguments[1], file).burnNew(blocks, protection);
    for (Nonce nonce : Nonce.values()) {
      EcdsaHardware hardware =
          new EcdsaHardware(
              new EcdsaSettings(
                  arguments[1], file, Optional.of(blocks), Optional.empty(), nonce, List.of()));
      try (HardwareKeys keys =
          HardwareKeys.open(
              "ecdsa", hardware, new Limits(4, Duration.ofSeconds(20)), Loggers.quiet())) {
        HardwareKey key = keys.provider().keys().get(0);
        for (int i = 0; i < SIGNATURES; i++) {
          Signature signer = Signature.getInstance("SHA256withECDSA");
          signer.initSign(key.privateKey());
          signer.update((byte) i);
          signer.sign();
        }
      }
    }
    if (arguments[4].equals("leaking")) {
      LEAK.add(Files.readAllBytes(file));
    }
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpHeap(folder.resolve("heap.hprof").toString(), false);
    System.out.println("dumped " + LEAK.size());
  }
}
