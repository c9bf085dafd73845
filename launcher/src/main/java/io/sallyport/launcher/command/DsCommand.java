package io.sallyport.launcher.command;

import io.sallyport.hw.ds.DsChip;
import io.sallyport.hw.ds.DsProvisioning;
import io.sallyport.launcher.platform.Distribution;
import io.sallyport.launcher.platform.Platform;
import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.launcher.report.LogLines;
import io.sallyport.launcher.report.Terminal;
import io.sallyport.tls.Tls;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;
import java.util.Map;
import org.osgi.service.log.LogLevel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code ds}: what a chip's Digital Signature peripheral is given. ESP-IDF: configure_ds.py. */
@Command(
    name = "ds",
    mixinStandardHelpOptions = true,
    description = "Prepares RSA keys for the Digital Signature peripheral of Espressif's chips.",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it was done",
      "2:the command line was not understood",
      "3:the key cannot be used, or a file exists already or cannot be written",
      "4:the platform did not start"
    },
    footer = {
      "",
      "Example:",
      "  sallyport ds encrypt --chip esp32c3 --key device.key --hmac-key hmac.key --output ds.bin"
    })
final class DsCommand implements Runnable {
  private final Terminal terminal;

  @ParentCommand private SallyportCommand parent = new SallyportCommand();

  @Spec private CommandSpec spec = CommandSpec.create();

  DsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing; give encrypt.");
  }

  @Command(
      name = "encrypt",
      description = {
        "Makes an HMAC key and encrypts an RSA key under it.",
        "Delete the RSA key afterwards: it is not needed any more."
      })
  int encrypt(
      @Option(
              names = "--chip",
              paramLabel = "CHIP",
              description = "The chip, such as esp32c3. Default: esp32s3.",
              defaultValue = "esp32s3")
          String chip,
      @Option(
              names = "--key",
              required = true,
              paramLabel = "FILE",
              description = "The RSA key, unencrypted PEM or DER.")
          Path key,
      @Option(
              names = "--hmac-key",
              required = true,
              paramLabel = "FILE",
              description =
                  "Where the HMAC key goes, 32 bytes to burn into the chip; it must not exist.")
          Path hmacKey,
      @Option(
              names = "--output",
              required = true,
              paramLabel = "FILE",
              description = "Where the parameters go (esp_ds_data_t); it must not exist.")
          Path output)
      throws LauncherException {
    DsChip target = chip(chip);
    // Either file, once lost, makes the other one worthless.
    OutputFiles.requireNew(hmacKey);
    OutputFiles.requireNew(output);
    try {
      RSAPrivateKey rsa = read(key);
      DsProvisioning.write(target, rsa, hmacKey, output);
      terminal
          .out()
          .println(
              "The RSA key of "
                  + rsa.getModulus().bitLength()
                  + " bits is encrypted for an "
                  + target
                  + ": parameters '"
                  + output
                  + "', HMAC key '"
                  + hmacKey
                  + "'.");
      return ExitCode.OK;
    } catch (NoSuchFileException e) {
      throw new LauncherException(
          ExitCode.CONFIGURATION, "There is no file '" + e.getFile() + "'; check the name.", e);
    } catch (TlsException e) {
      throw new LauncherException(ExitCode.CONFIGURATION, "'" + key + "': " + e.getMessage(), e);
    } catch (IOException e) {
      throw new LauncherException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
    }
  }

  private DsChip chip(String name) {
    try {
      return DsChip.of(name);
    } catch (TlsException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private RSAPrivateKey read(Path file) throws LauncherException, IOException {
    byte[] encoded = Files.readAllBytes(file);
    LogLines log = new LogLines(terminal.err(), LogLevel.WARN, parent.stackTraces());
    try (Platform platform =
        Platform.boot(
            Distribution.current(System.getProperties()), Bundles::forCredentials, Map.of(), log)) {
      platform.startAll();
      PrivateKey key = platform.service(Tls.class).credentials().privateKey(encoded, new char[0]);
      if (key instanceof RSAPrivateKey rsa) {
        return rsa;
      }
      throw new LauncherException(
          ExitCode.CONFIGURATION,
          "'" + file + "' is no RSA key but " + key.getAlgorithm() + "; give an RSA key.");
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }
}
