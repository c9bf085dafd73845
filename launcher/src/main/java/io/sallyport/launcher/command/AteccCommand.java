package io.sallyport.launcher.command;

import io.sallyport.hw.atecc608a.Atecc608aTool;
import io.sallyport.hw.atecc608a.Transports;
import io.sallyport.hw.atecc608a.WireOpener;
import io.sallyport.hw.atecc608a.driver.Atecc608;
import io.sallyport.hw.atecc608a.driver.Delay;
import io.sallyport.hw.atecc608a.simulator.Atecc608Simulator;
import io.sallyport.hw.atecc608a.simulator.KitServer;
import io.sallyport.hw.atecc608a.simulator.Layout;
import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.launcher.report.Terminal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code atecc}: looks at a secure element, provisions it, or simulates one. */
@Command(
    name = "atecc",
    mixinStandardHelpOptions = true,
    description = {
      "Looks at a secure element ATECC608A, provisions it, asks for its certificate, shows and"
          + " stores it; or simulates one for other programs.",
      "Use it while no gateway uses the chip."
    },
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it was done",
      "1:the chip refused, or could not be reached",
      "2:the command line was not understood"
    },
    footer = {
      "",
      "Examples:",
      "  sallyport atecc info --transport i2c --address /dev/i2c-1",
      "  sallyport atecc provision --layout trustcustom --state chip.state --lock-for-ever",
      "  sallyport atecc csr --state chip.state --subject CN=device,O=Example > device.csr",
      "  sallyport atecc cert --state chip.state --root > root.pem",
      "  sallyport atecc simulate --state chip.state --listen 127.0.0.1:8609"
    })
final class AteccCommand implements Runnable {
  private static final Duration LONG = Duration.ofDays(1);

  private final Terminal terminal;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--transport",
      scope = ScopeType.INHERIT,
      paramLabel = "WAY",
      description = "simulator, kit-tcp, kit-serial or i2c. Default: simulator.")
  private String transport = "simulator";

  @Option(
      names = "--address",
      scope = ScopeType.INHERIT,
      paramLabel = "WHERE",
      description = "host:port of a kit, its serial line, or the I2C bus.")
  private String address = "";

  @Option(
      names = "--i2c-address",
      scope = ScopeType.INHERIT,
      paramLabel = "HEX",
      description = "The chip's address in eight bits, such as 6A. Default: the first one.")
  private String chipAddress = "";

  @Option(
      names = "--state",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "With simulator: file of the chip's state. Default: atecc608a.state.")
  private Path state = Path.of("atecc608a.state");

  @Option(
      names = "--layout",
      scope = ScopeType.INHERIT,
      paramLabel = "LAYOUT",
      description =
          "With simulator, for a new chip: trust-and-go, trustflex or trustcustom. Default:"
              + " trust-and-go.")
  private String layout = "trust-and-go";

  @Option(
      names = "--slot",
      scope = ScopeType.INHERIT,
      paramLabel = "N",
      description = "The slot of the private key, 0 to 15. Default: 0.")
  private int slot;

  AteccCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "A command is missing; give info, provision, csr, cert or simulate.");
  }

  private interface Work {
    String with(Atecc608aTool tool) throws IOException;
  }

  private int perform(Work work) throws LauncherException {
    if (slot < 0 || slot >= Atecc608.SLOTS) {
      throw new ParameterException(spec.commandLine(), "--slot must be 0 to 15.");
    }
    try (WireOpener opener = Transports.of(transport, address, chipAddress, state, layout);
        Atecc608 chip = new Atecc608(opener.open(), Delay.REAL)) {
      terminal.out().print(work.with(new Atecc608aTool(chip)));
      return ExitCode.OK;
    } catch (IOException e) {
      throw new LauncherException(ExitCode.FAILURE, String.valueOf(e.getMessage()), e);
    }
  }

  @Command(name = "info", description = "Shows what the chip is and holds.")
  int info() throws LauncherException {
    return perform(Atecc608aTool::info);
  }

  @Command(
      name = "provision",
      description = {
        "Makes a blank chip ready: configures the slot, locks the chip, makes the key.",
        "Locks are for ever: a chip that was locked by mistake is waste."
      })
  int provision(
      @Option(
              names = "--lock-for-ever",
              description = "Says that you know that locks cannot be undone.")
          boolean confirmed)
      throws LauncherException {
    if (!confirmed) {
      throw new ParameterException(
          spec.commandLine(),
          "Provisioning locks the chip, and locks are for ever; if that is what you want, add"
              + " --lock-for-ever.");
    }
    return perform(
        tool -> {
          tool.provision(slot);
          return "The chip is locked, and slot " + slot + " has a new private key.\n";
        });
  }

  @Command(name = "csr", description = "Writes a certification request, signed by the chip.")
  int csr(
      @Option(
              names = "--subject",
              required = true,
              paramLabel = "NAME",
              description = "The name in the certificate, such as CN=device,O=Example.")
          String subject)
      throws LauncherException {
    X500Principal name;
    try {
      name = new X500Principal(subject);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "'" + subject + "' is no name; give one such as CN=device.", e);
    }
    return perform(tool -> tool.csr(slot, name));
  }

  @Command(
      name = "cert",
      description = {
        "Shows the certificates that are on the chip, rebuilt from their compressed form: what they"
            + " say, whether they verify, and PEM.",
        "With --store writes an issued one and its signer's to a TrustCUSTOM chip first."
      })
  int cert(
      @Option(
              names = "--store",
              paramLabel = "FILE",
              description =
                  "PEM file to store: the device's certificate, then its signer's. What does not fit"
                      + " the compressed form is refused, with the reason.")
          @Nullable Path store,
      @Option(
              names = "--root",
              description =
                  "Shows the root of a simulated chip instead, which its peers must trust.")
          boolean root)
      throws LauncherException {
    if (root) {
      return root();
    }
    return perform(
        tool -> {
          if (store != null) {
            tool.store(slot, store);
          }
          return tool.cert(slot);
        });
  }

  private int root() throws LauncherException {
    Path file = Atecc608Simulator.rootOf(state);
    if (!transport.equals("simulator")) {
      throw new ParameterException(
          spec.commandLine(),
          "A root is not on the chip; take the maker's, or '*.root.pem' beside the state of the"
              + " simulated chip.");
    }
    try {
      terminal.out().print(Files.readString(file));
      return ExitCode.OK;
    } catch (IOException e) {
      throw new LauncherException(
          ExitCode.FAILURE,
          "There is no "
              + file
              + "; only a new simulated chip that comes with certificates has it.",
          e);
    }
  }

  @Command(
      name = "simulate",
      description = {
        "Simulates a chip for other programs, by Microchip's kit protocol over TCP, until the process"
            + " is ended. Whoever reaches the port can use the chip's keys.",
        "Its state is in the file of --state, on the disk before each answer."
      })
  int simulate(
      @Option(
              names = "--listen",
              paramLabel = "HOST:PORT",
              description =
                  "Where to listen; port 0 for a free one, which is shown. Default: 127.0.0.1:8609.")
          @Nullable String listen)
      throws LauncherException, InterruptedException {
    InetSocketAddress address = address(listen == null ? "127.0.0.1:8609" : listen);
    try (Atecc608Simulator chip = Atecc608Simulator.open(state, chosenLayout());
        KitServer server = KitServer.start(chip, address)) {
      Shutdown.closeOnSignal(server); // The state is on the disk already.
      terminal
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "A simulated ATECC608A (address %02X, state %s) listens on %s:%d.",
                  chip.address(),
                  state,
                  address.getHostString(),
                  server.port()));
      while (!server.awaitClosed(LONG)) {
        // Until a signal ends it.
      }
      return ExitCode.OK;
    } catch (IOException e) {
      throw new LauncherException(ExitCode.FAILURE, String.valueOf(e.getMessage()), e);
    }
  }

  private Layout chosenLayout() {
    try {
      return Layout.of(layout);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon > 0 && port >= 0 && port <= 65535) {
        return new InetSocketAddress(text.substring(0, colon), port);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new ParameterException(
        spec.commandLine(), "--listen is '" + text + "'; give HOST:PORT, such as 127.0.0.1:8609.");
  }
}
