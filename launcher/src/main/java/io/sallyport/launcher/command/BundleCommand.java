package io.sallyport.launcher.command;

import io.sallyport.launcher.platform.Distribution;
import io.sallyport.launcher.platform.Platform;
import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.launcher.report.LogLines;
import io.sallyport.launcher.report.Terminal;
import io.sallyport.tls.CertificateBundle;
import io.sallyport.tls.Credentials;
import io.sallyport.tls.Tls;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.PublicKey;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.security.auth.x500.X500Principal;
import org.osgi.service.log.LogLevel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code bundle}: writes the ESP x509 bundle format. ESP-TLS: {@code gen_crt_bundle.py}. */
@Command(
    name = "bundle",
    mixinStandardHelpOptions = true,
    description = {
      "Writes root certificates in the ESP x509 bundle format, which has only their names and public"
          + " keys.",
      "The inputs are PEM (one certificate or many), DER (one), or other bundles. A root that comes"
          + " twice is written once."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the bundle was written",
      "2:the command line was not understood",
      "3:an input cannot be used, or the output cannot be written",
      "4:the platform did not start"
    },
    footer = {"", "Example:", "  sallyport bundle ca.pem other-ca.pem x509_crt_bundle"})
final class BundleCommand implements Callable<Integer> {
  private final Terminal terminal;

  @ParentCommand private SallyportCommand parent = new SallyportCommand();

  @Parameters(
      arity = "2..*",
      paramLabel = "FILE",
      description = "The inputs, and last the output, which must not exist.")
  private List<Path> files = new ArrayList<>();

  @Option(names = "--force", description = "Replace the output if it exists.")
  private boolean force;

  BundleCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws LauncherException {
    LogLines log = new LogLines(terminal.err(), LogLevel.WARN, parent.stackTraces());
    List<Path> inputs = files.subList(0, files.size() - 1);
    Path output = files.get(files.size() - 1);
    try (Platform platform =
        Platform.boot(
            Distribution.current(System.getProperties()), Bundles::forCredentials, Map.of(), log)) {
      platform.startAll();
      Credentials credentials = platform.service(Tls.class).credentials();
      // A name may have several keys; the same key under the same name is the same root.
      Map<String, TrustAnchor> roots = new LinkedHashMap<>();
      for (Path input : inputs) {
        for (TrustAnchor root : read(credentials, input)) {
          roots.putIfAbsent(identity(root), root);
        }
      }
      byte[] bundle = encode(credentials, CertificateBundle.of(roots.values()));
      write(output, bundle);
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "Wrote %d root%s, %d bytes, to '%s'.%n",
              roots.size(),
              roots.size() == 1 ? "" : "s",
              bundle.length,
              output);
    }
    return ExitCode.OK;
  }

  private static String identity(TrustAnchor root) {
    X509Certificate certificate = root.getTrustedCert();
    return certificate == null
        ? identity(root.getCA(), root.getCAPublicKey())
        : identity(certificate.getSubjectX500Principal(), certificate.getPublicKey());
  }

  private static String identity(X500Principal name, PublicKey key) {
    return name.getName() + ' ' + HexFormat.of().formatHex(key.getEncoded());
  }

  private static List<TrustAnchor> read(Credentials credentials, Path file)
      throws LauncherException {
    try {
      return credentials.certificateBundle(Files.readAllBytes(file)).anchors();
    } catch (TlsException e) {
      throw new LauncherException(ExitCode.CONFIGURATION, "'" + file + "': " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new LauncherException(
          ExitCode.CONFIGURATION,
          "'" + file + "' cannot be read: there is no such file; check the name.",
          e);
    } catch (IOException e) {
      throw new LauncherException(
          ExitCode.CONFIGURATION, "'" + file + "' cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private static byte[] encode(Credentials credentials, CertificateBundle bundle)
      throws LauncherException {
    try {
      return credentials.certificateBundle(bundle);
    } catch (TlsException e) {
      throw new LauncherException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
    }
  }

  /** Who forgets the output's name must not lose the last input. */
  private void write(Path file, byte[] bundle) throws LauncherException {
    OpenOption[] options =
        force
            ? new OpenOption[] {
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE
            }
            : new OpenOption[] {StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE};
    try {
      Files.write(file, bundle, options);
    } catch (FileAlreadyExistsException e) {
      throw new LauncherException(
          ExitCode.CONFIGURATION,
          "'" + file + "' exists already; give another name as the last one, or --force.",
          e);
    } catch (IOException e) {
      throw new LauncherException(
          ExitCode.CONFIGURATION, "'" + file + "' cannot be written: " + e.getMessage() + ".", e);
    }
  }
}
