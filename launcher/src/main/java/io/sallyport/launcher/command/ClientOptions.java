package io.sallyport.launcher.command;

import io.sallyport.launcher.connect.HexFile;
import io.sallyport.launcher.connect.SessionFile;
import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSessions;
import io.sallyport.tls.Credentials;
import io.sallyport.tls.Identity;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.PreSharedKey;
import io.sallyport.tls.Revocation;
import io.sallyport.tls.Tls;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options of a TLS client. */
final class ClientOptions {
  private static final int MOST_SECONDS = 24 * 3600;
  private static final String PLATFORM_ROOTS = "the Java platform's roots";

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Authorities to trust (PEM or DER). Default: those of the Java platform.")
  private Optional<Path> authorities = Optional.empty();

  @Option(
      names = "--servername",
      paramLabel = "NAME",
      description = "Send and verify this name instead of the host.")
  private Optional<String> serverName = Optional.empty();

  @Option(names = "--tls", paramLabel = "VERSION", description = "1.2 or 1.3 only. Default: any.")
  private String version = "any";

  @Option(
      names = "--alpn",
      paramLabel = "NAME",
      split = ",",
      description = "Protocols to offer, most preferred first, with commas.")
  private List<String> alpn = new ArrayList<>();

  @Option(
      names = "--ciphers",
      paramLabel = "SUITE",
      split = ",",
      description = "The only suites to offer, by IANA name or number, with commas.")
  private List<String> suites = new ArrayList<>();

  @Option(
      names = "--groups",
      paramLabel = "GROUP",
      split = ",",
      description = "The only key-exchange groups to offer, such as X25519MLKEM768, with commas.")
  private List<String> groups = new ArrayList<>();

  @Option(
      names = "--bundle",
      paramLabel = "FILE",
      description = "Roots to trust, in the ESP x509 bundle format, or PEM.")
  private Optional<Path> bundle = Optional.empty();

  @Option(
      names = "--psk-identity",
      paramLabel = "ID",
      description = "Authenticate both sides by a pre-shared key of this identity.")
  private Optional<String> pskIdentity = Optional.empty();

  @Option(
      names = "--psk-key-file",
      paramLabel = "FILE",
      description = "File of the pre-shared key, in hexadecimal.")
  private Optional<Path> pskKeyFile = Optional.empty();

  @Option(
      names = "--revocation",
      paramLabel = "HOW",
      description = "none, stapled-if-sent or stapled-required: verify a stapled OCSP response.")
  private String revocation = "none";

  @Option(
      names = "--session-file",
      paramLabel = "FILE",
      description = "Resume the session in this file if there is one, and keep the newest in it.")
  private Optional<Path> sessionFile = Optional.empty();

  @Option(
      names = "--session-key-file",
      paramLabel = "FILE",
      description = "File of the 32 bytes, in hexadecimal, that seal the session file.")
  private Optional<Path> sessionKeyFile = Optional.empty();

  @Option(
      names = "--key-log-file",
      paramLabel = "FILE",
      description = "Debugging: append the connection's secrets. Needs --insecure-mode too.")
  private Optional<Path> keyLogFile = Optional.empty();

  @Option(
      names = "--insecure-mode",
      description = "Switch the platform's insecure mode on, for --key-log-file.")
  private boolean insecureMode;

  @Option(names = "--cert", paramLabel = "FILE", description = "Own certificate chain (PEM).")
  private Optional<Path> certificate = Optional.empty();

  @Option(names = "--key", paramLabel = "FILE", description = "Its private key (PEM or DER).")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--key-password-file",
      paramLabel = "FILE",
      description = "File whose first line is the key's password.")
  private Optional<Path> passwordFile = Optional.empty();

  @Option(names = "--insecure", description = "Do not verify the peer. For diagnosis only.")
  private boolean insecure;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "For connect and handshake together. Default: 10.")
  private int timeoutSeconds = 10;

  boolean insecure() {
    return insecure;
  }

  /** Whether the platform's insecure mode is asked for. */
  boolean insecureMode() {
    return insecure || insecureMode;
  }

  Duration timeout() {
    return Duration.ofSeconds(timeoutSeconds);
  }

  /** By what the peer is verified, in words. */
  String trustSource() {
    if (pskIdentity.isPresent()) {
      return "the pre-shared key of '" + pskIdentity.get() + "'";
    }
    return authorities.or(() -> bundle).map(file -> "'" + file + "'").orElse(PLATFORM_ROOTS);
  }

  /** Where sessions are kept, if that is asked for. */
  Optional<SessionFile> sessionFile() throws LauncherException {
    if (sessionFile.isPresent() != sessionKeyFile.isPresent()) {
      throw new LauncherException(
          ExitCode.USAGE,
          "--session-file and --session-key-file belong together; make a key with: openssl rand"
              + " -hex 32");
    }
    if (sessionFile.isEmpty() || sessionKeyFile.isEmpty()) {
      return Optional.empty();
    }
    byte[] key = HexFile.decode(sessionKeyFile.get().toString(), read(sessionKeyFile.get()));
    try {
      if (key.length != ClientSessions.KEY_BYTES) {
        throw new LauncherException(
            ExitCode.CONFIGURATION,
            "'"
                + sessionKeyFile.get()
                + "' has "
                + key.length
                + " bytes; give "
                + ClientSessions.KEY_BYTES
                + ", in hexadecimal.");
      }
      return Optional.of(new SessionFile(sessionFile.get(), key));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** What the options ask for. */
  ClientConfig config(Tls tls) throws LauncherException {
    ClientConfig.Builder builder = common(tls);
    long trusts = Stream.of(authorities, bundle, pskIdentity).filter(Optional::isPresent).count();
    if (trusts > 1 || pskIdentity.isPresent() != pskKeyFile.isPresent()) {
      throw new LauncherException(
          ExitCode.USAGE,
          "Give one of --ca, --bundle, or --psk-identity together with --psk-key-file.");
    }
    if (sessionFile.isPresent()) {
      builder.sessions();
    }
    if (insecure) {
      builder.insecureSkipVerification();
    } else if (pskIdentity.isPresent() && pskKeyFile.isPresent()) {
      builder.preSharedKey(preSharedKey(pskIdentity.get(), pskKeyFile.get()));
    } else if (bundle.isPresent()) {
      Path file = bundle.get();
      byte[] bytes = read(file);
      builder.bundle(parse(file, () -> tls.credentials().certificateBundle(bytes)));
    } else if (authorities.isPresent()) {
      Path file = authorities.get();
      byte[] bytes = read(file);
      builder.authorities(parse(file, () -> tls.credentials().certificates(bytes)));
    } else {
      Path roots = Path.of(System.getProperty("java.home", ""), "lib", "security", "cacerts");
      builder.bundle(parse(roots, () -> tls.credentials().platformRoots()));
    }
    return build(builder);
  }

  private static PreSharedKey preSharedKey(String identity, Path file) throws LauncherException {
    byte[] key = HexFile.decode(file.toString(), read(file));
    try {
      return parse(file, () -> PreSharedKey.of(identity, key));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** The same, without any verification. */
  ClientConfig unverified(Tls tls) throws LauncherException {
    return build(common(tls).insecureSkipVerification());
  }

  private ClientConfig.Builder common(Tls tls) throws LauncherException {
    if (timeoutSeconds < 1 || timeoutSeconds > MOST_SECONDS) {
      throw new LauncherException(
          ExitCode.USAGE, "--timeout must be 1 to " + MOST_SECONDS + " seconds.");
    }
    if (certificate.isPresent() != key.isPresent()) {
      throw new LauncherException(
          ExitCode.USAGE, "--cert and --key belong together; give both or none.");
    }
    try {
      ClientConfig.Builder builder =
          ClientConfig.builder()
              .version(TlsVersion.parse(version))
              .timeout(timeout())
              .cipherSuites(parsedSuites())
              .groups(parsedGroups())
              .revocation(parsedRevocation());
      keyLogFile.ifPresent(file -> builder.insecureKeyLog(line -> append(file, line)));
      if (!alpn.isEmpty()) {
        builder.alpn(alpn);
      }
      if (serverName.isPresent()) {
        builder.commonName(serverName.get());
      }
      if (certificate.isPresent() && key.isPresent()) {
        builder.identity(identity(tls.credentials(), certificate.get(), key.get()));
      }
      return builder;
    } catch (TlsException | IllegalArgumentException e) {
      throw new LauncherException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private List<CipherSuite> parsedSuites() throws TlsException {
    List<CipherSuite> parsed = new ArrayList<>();
    for (String suite : suites) {
      parsed.add(CipherSuite.parse(suite));
    }
    return parsed;
  }

  private List<NamedGroup> parsedGroups() throws TlsException {
    List<NamedGroup> parsed = new ArrayList<>();
    for (String group : groups) {
      parsed.add(NamedGroup.parse(group));
    }
    return parsed;
  }

  private Revocation parsedRevocation() {
    for (Revocation choice : Revocation.values()) {
      if (choice.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(revocation)) {
        return choice;
      }
    }
    throw new IllegalArgumentException(
        "--revocation is '" + revocation + "'; give none, stapled-if-sent or stapled-required.");
  }

  private static void append(Path file, String line) {
    try {
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("'" + file + "' cannot be written.", e);
    }
  }

  private static ClientConfig build(ClientConfig.Builder builder) throws LauncherException {
    try {
      return builder.build();
    } catch (TlsException e) {
      throw new LauncherException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private Identity identity(Credentials credentials, Path certificateFile, Path keyFile)
      throws LauncherException {
    byte[] chain = read(certificateFile);
    byte[] encodedKey = read(keyFile);
    char[] password = password();
    try {
      var certificates = parse(certificateFile, () -> credentials.certificates(chain));
      var privateKey = parse(keyFile, () -> credentials.privateKey(encodedKey, password));
      return parse(keyFile, () -> Identity.of(certificates, privateKey));
    } finally {
      Arrays.fill(encodedKey, (byte) 0);
      Arrays.fill(password, '\0');
    }
  }

  private char[] password() throws LauncherException {
    if (passwordFile.isEmpty()) {
      return new char[0];
    }
    byte[] bytes = read(passwordFile.get());
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
    try {
      int length = 0;
      while (length < decoded.length()
          && decoded.charAt(length) != '\n'
          && decoded.charAt(length) != '\r') {
        length++;
      }
      char[] password = new char[length];
      decoded.get(password);
      return password;
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(decoded.array(), '\0');
    }
  }

  private static byte[] read(Path file) throws LauncherException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      String reason =
          e instanceof NoSuchFileException
              ? "there is no such file; check the name"
              : e instanceof AccessDeniedException
                  ? "this user may not read it; change its permissions"
                  : String.valueOf(e.getMessage());
      throw new LauncherException(
          ExitCode.CONFIGURATION, "'" + file + "' cannot be read: " + reason + ".", e);
    }
  }

  private interface Parser<T> {
    T parse() throws TlsException;
  }

  private static <T> T parse(Path file, Parser<T> parser) throws LauncherException {
    try {
      return parser.parse();
    } catch (TlsException e) {
      throw new LauncherException(ExitCode.CONFIGURATION, "'" + file + "': " + e.getMessage(), e);
    }
  }
}
