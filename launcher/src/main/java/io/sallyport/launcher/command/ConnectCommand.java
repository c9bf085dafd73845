package io.sallyport.launcher.command;

import io.sallyport.launcher.connect.Description;
import io.sallyport.launcher.connect.Handshake;
import io.sallyport.launcher.connect.Pipe;
import io.sallyport.launcher.connect.SessionFile;
import io.sallyport.launcher.platform.Distribution;
import io.sallyport.launcher.platform.Platform;
import io.sallyport.launcher.platform.StackChoice;
import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.launcher.report.LogLines;
import io.sallyport.launcher.report.Terminal;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Peer;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.Tls;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.Trust;
import io.sallyport.tls.VerificationFlag;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStackOps;
import io.sallyport.tls.stack.TlsStacks;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.log.LogLevel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code connect}: one connection, described. */
@Command(
    name = "connect",
    mixinStandardHelpOptions = true,
    description = {
      "Connects with TLS and tells what was agreed on: protocol, suite, group, ALPN, the chain and"
          + " whether it was verified.",
      "Where the standard input is no terminal, it is sent to the peer, and the peer's answer is"
          + " written to the standard output until the peer ends it."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:connected and verified",
      "1:no connection, or the peer was not verified",
      "2:the command line was not understood, or there is no such stack",
      "3:a certificate, key or password file cannot be used",
      "4:the platform did not start"
    },
    footer = {
      "",
      "Examples:",
      "  sallyport connect example.org",
      "  sallyport connect localhost:8443 --ca ca.pem --stack jsse --tls 1.2 </dev/null",
      "  printf 'GET / HTTP/1.0\\r\\n\\r\\n' | sallyport connect localhost:8443 --ca ca.pem --quiet"
    })
final class ConnectCommand implements Callable<Integer> {
  private static final String CORE = "io.sallyport.core";
  private static final String STANDARD_INPUT = "-";

  private final Terminal terminal;

  @ParentCommand private SallyportCommand parent = new SallyportCommand();

  @Parameters(
      index = "0",
      paramLabel = "HOST[:PORT]",
      description = "Where to; port 443 where none is given. IPv6 as [::1]:8443.",
      converter = PeerConverter.class)
  private Peer peer = new Peer("localhost", PeerConverter.DEFAULT_PORT);

  @Parameters(
      index = "1",
      paramLabel = "-",
      arity = "0..1",
      description = "Send the standard input even if it is a terminal.")
  private String input = "";

  @Option(names = "--stack", paramLabel = "NAME", description = "The TLS stack to use.")
  private String stack = "";

  @Option(
      names = {"-q", "--quiet"},
      description = "Write nothing to the standard output but the peer's answer.")
  private boolean quiet;

  @Mixin private ClientOptions options = new ClientOptions();

  ConnectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws LauncherException, IOException {
    // What goes wrong is in the exceptions; the platform's lines would say it twice.
    LogLines log =
        new LogLines(
            terminal.err(),
            parent.stackTraces() ? LogLevel.WARN : LogLevel.AUDIT,
            parent.stackTraces());
    checkInput();
    try (Platform platform =
        Platform.boot(
            Distribution.current(System.getProperties()), Bundles::forClients, Map.of(), log)) {
      Shutdown.closeOnSignal(platform);
      configure(platform, options.insecureMode());
      platform.startAll();
      Tls tls = platform.service(Tls.class);
      TlsStackOps active = new StackChoice(platform.service(TlsStacks.class)).await(stack);
      ClientConfig config = options.config(tls);
      return connect(platform, tls, active, config);
    }
  }

  private void checkInput() throws LauncherException {
    if (!input.isEmpty() && !input.equals(STANDARD_INPUT)) {
      throw new LauncherException(
          ExitCode.USAGE, "'" + input + "' is one argument too many; only '-' may follow.");
    }
  }

  private void configure(Platform platform, boolean insecure)
      throws LauncherException, IOException {
    Map<String, Object> values = new HashMap<>();
    values.put("stack", stack);
    values.put("insecure.mode", insecure);
    platform
        .service(ConfigurationAdmin.class)
        .getConfiguration(CORE, "?")
        .update(FrameworkUtil.asDictionary(values));
  }

  private int connect(Platform platform, Tls tls, TlsStackOps active, ClientConfig config)
      throws LauncherException, IOException {
    long start = System.nanoTime();
    Optional<SessionFile> kept = options.sessionFile();
    if (config.keyLog().isPresent()) {
      terminal.err().println("INSECURE: the secrets of this connection are logged.");
    }
    try (TlsConnection connection = establish(tls, config, kept)) {
      report(connection, active, config, Duration.ofNanos(System.nanoTime() - start));
      if (input.equals(STANDARD_INPUT) || !terminal.inputIsTerminal()) {
        pipe(connection, active);
      }
      if (kept.isPresent()) {
        String outcome = kept.get().save(tls, connection);
        print("");
        print("The session to resume: " + outcome);
      }
      return ExitCode.OK;
    } catch (TlsException e) {
      explain(e);
      if (!e.verificationFlags().isEmpty()) {
        showRefusedChain(platform, tls);
      }
      throw new LauncherException(ExitCode.FAILURE, String.valueOf(e.getMessage()), e);
    }
  }

  private TlsConnection establish(Tls tls, ClientConfig config, Optional<SessionFile> kept)
      throws IOException {
    Handshake handshake = new Handshake(tls);
    Optional<ClientSession> session = kept.isPresent() ? kept.get().load(tls) : Optional.empty();
    if (session.isEmpty()) {
      return handshake.connect(peer, config);
    }
    try (ClientSession resumable = session.get()) {
      return handshake.connect(peer, config, resumable);
    }
  }

  private void report(
      TlsConnection connection, TlsStackOps active, ClientConfig config, Duration took)
      throws IOException {
    if (quiet) {
      return;
    }
    SessionInfo session = connection.session();
    String address =
        connection.channel().isPresent()
            ? " (" + connection.channel().get().getRemoteAddress() + ")"
            : "";
    print(
        "Connected to "
            + peer
            + address.replace("(" + peer.host() + "/", "(").replace("(/", "(")
            + String.format(Locale.ROOT, " in %d ms", took.toMillis()));
    Description.session(
            session, active.name() + " " + active.libraryVersion(), verification(config))
        .forEach(this::print);
    print("");
    Description.chain(session.peerCertificates()).forEach(this::print);
  }

  private String verification(ClientConfig config) {
    if (options.insecure()) {
      return "NOT DONE (--insecure)";
    }
    if (config.trust() instanceof Trust.PreShared) {
      return "good, by " + options.trustSource();
    }
    return "good, by "
        + options.trustSource()
        + config.nameToVerify(peer.host()).map(name -> ", for '" + name + "'").orElse("");
  }

  private void pipe(TlsConnection connection, TlsStackOps active) throws IOException {
    boolean halfClose =
        active
            .capabilities()
            .supports(Feature.HALF_CLOSE, connection.session().version(), Role.CLIENT);
    if (!quiet) {
      print("");
    }
    Pipe.End end =
        new Pipe(connection, System.in, terminal.out(), halfClose, options.timeout()).run();
    if (end == Pipe.End.BY_SILENCE) {
      terminal
          .err()
          .println(
              "The peer neither answered nor ended the connection for "
                  + options.timeout().toSeconds()
                  + " s after the end of the input; closed.");
    }
  }

  private void explain(TlsException e) {
    String flags =
        e.verificationFlags().stream().map(VerificationFlag::name).collect(Collectors.joining(" "));
    print(
        String.format(Locale.ROOT, "Error %s (%#x)", e.code(), e.code().number())
            + (flags.isEmpty() ? "" : ", flags " + flags)
            + e.stackError()
                .filter(words -> !String.valueOf(e.getMessage()).contains(words))
                .map(words -> ", the stack says: " + words)
                .orElse(""));
  }

  /**
   * A stack keeps nothing of a chain that it refused, so it is asked for once more, on a connection
   * that is not verified and carries nothing.
   */
  private void showRefusedChain(Platform platform, Tls tls) throws LauncherException, IOException {
    configure(platform, true);
    try (TlsConnection unverified = new Handshake(tls).connect(peer, options.unverified(tls))) {
      print("The chain that was refused:");
      Description.chain(unverified.session().peerCertificates()).forEach(this::print);
    } catch (TlsException e) {
      print("The chain that was refused cannot be shown: " + e.getMessage());
    }
  }

  private void print(String line) {
    if (!quiet) {
      terminal.out().println(line);
    }
  }
}
