package io.sallyport.launcher.command;

import io.sallyport.hw.ecdsa.EcdsaProvisioning;
import io.sallyport.hw.ecdsa.KeyBlocks;
import io.sallyport.hw.ecdsa.Protection;
import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.launcher.report.Terminal;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ecdsa}: what a chip's ECDSA peripheral is given. espefuse: {@code burn_key}. */
@Command(
    name = "ecdsa",
    mixinStandardHelpOptions = true,
    description = "Prepares keys for the ECDSA peripheral of Espressif's chips.",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it was done",
      "2:the command line was not understood",
      "3:the key, the block or the file cannot be used"
    },
    footer = {
      "",
      "Examples:",
      "  sallyport ecdsa burn --efuse-file efuses.bin --block 4 > device.pub",
      "  sallyport ecdsa burn --chip esp32c5 --efuse-file efuses.bin --block 5,4 --key p384.pem"
    })
final class EcdsaCommand implements Runnable {
  private static final int LINE = 64;

  private final Terminal terminal;

  @Spec private CommandSpec spec = CommandSpec.create();

  EcdsaCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing; give burn.");
  }

  @Command(
      name = "burn",
      description = {
        "Burns a key into a virtual eFuse file, as 'espefuse --virt burn_key' does, and writes its"
            + " public half.",
        "A read-protected key is kept beside the file, in FILE.keys, because espefuse clears it."
      })
  int burn(
      @Option(
              names = "--chip",
              paramLabel = "CHIP",
              description = "esp32h2, esp32c5, esp32p4 or esp32p4-rev1. Default: esp32h2.",
              defaultValue = "esp32h2")
          String chip,
      @Option(
              names = "--efuse-file",
              required = true,
              paramLabel = "FILE",
              description = "The virtual eFuse file; made where it is not there.")
          Path efuses,
      @Option(
              names = "--block",
              required = true,
              paramLabel = "BLOCK",
              description =
                  "For P-256 an eFuse block, 4 (KEY0) to 9 (KEY5); for P-384 those of the low and"
                      + " the high half, such as 5,4.")
          String block,
      @Option(
              names = "--key",
              paramLabel = "FILE",
              description = "The key, unencrypted PEM or DER. Default: a new one.")
          @Nullable Path key,
      @Option(names = "--no-read-protect", description = "Leaves the key readable by software.")
          boolean readable,
      @Option(names = "--no-write-protect", description = "Leaves the key block writable.")
          boolean writable)
      throws LauncherException {
    OutputFiles.requireFolder(efuses);
    Protection protection = new Protection(!readable, !writable);
    try {
      KeyBlocks blocks = KeyBlocks.parse(block);
      EcdsaProvisioning provisioning = new EcdsaProvisioning(chip, efuses);
      terminal
          .out()
          .print(
              pem(
                  key == null
                      ? provisioning.burnNew(blocks, protection)
                      : given(provisioning, blocks, key, protection)));
      return ExitCode.OK;
    } catch (NoSuchFileException e) {
      throw new LauncherException(
          ExitCode.CONFIGURATION, "There is no file '" + e.getFile() + "'; check the name.", e);
    } catch (TlsException e) {
      throw new LauncherException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new LauncherException(
          ExitCode.CONFIGURATION, "The key cannot be burnt: " + e.getMessage() + ".", e);
    }
  }

  private static ECPublicKey given(
      EcdsaProvisioning provisioning, KeyBlocks blocks, Path key, Protection protection)
      throws IOException {
    byte[] encoded = Files.readAllBytes(key);
    try {
      return provisioning.burn(blocks, encoded, protection);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private static String pem(ECPublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(key.getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }
}
