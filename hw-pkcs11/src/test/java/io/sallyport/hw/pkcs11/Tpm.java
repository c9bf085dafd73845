package io.sallyport.hw.pkcs11;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A TPM 2.0 in software, with its resource manager on a message bus of its own, and a token in it.
 *
 * <p>All end with the process, which can have one only: the bus library that the module uses keeps
 * its first connection for ever.
 */
final class Tpm {
  static final String PIN = "192837";
  static final String TOKEN = "tpm token";

  private static final String OFFICER = "5647382910";
  private static final long DEADLINE = TimeUnit.SECONDS.toNanos(20);
  private static final int TRIES = 5;

  private final Path folder;
  private final Path library;
  private final Commands commands;
  private final List<Process> processes = new ArrayList<>();
  private int port;
  private int starts;

  private Tpm(Path folder, Path library, Map<String, String> environment) {
    this.folder = folder;
    this.library = library;
    this.commands = new Commands(folder, environment);
  }

  /** Starts one, with a token, and makes this process use it. Once in a process. */
  static Tpm in(Path folder) throws Exception {
    Path library = Needs.tpmLibrary();
    Process bus = bus(folder);
    String address = firstLine(bus);
    Map<String, String> environment =
        Map.of(
            "DBUS_SESSION_BUS_ADDRESS", address,
            "TPM2TOOLS_TCTI", "tabrmd:bus_type=session",
            "TPM2_PKCS11_TCTI", "tabrmd:bus_type=session",
            "TPM2_PKCS11_STORE", Files.createDirectories(folder.resolve("store")).toString(),
            "TSS2_LOG", "all+NONE");
    environment.forEach(Environment::set);
    Tpm tpm = new Tpm(folder, library, new HashMap<>(environment));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> tpm.endWith(bus)));
    Files.createDirectories(tpm.state());
    tpm.start();
    // A TPM counts each unexpected loss of power as a wrong PIN, and allows three.
    tpm.commands.run(
        "tpm2_dictionarylockout",
        "--setup-parameters",
        "--max-tries=32",
        "--recovery-time=1000",
        "--lockout-recovery-time=1000");
    String store = tpm.store();
    tpm.commands.run("tpm2_ptool", "init", "--path", store);
    tpm.commands.run(
        "tpm2_ptool",
        "addtoken",
        "--pid=1",
        "--label=" + TOKEN,
        "--userpin=" + PIN,
        "--sopin=" + OFFICER,
        "--path",
        store);
    return tpm;
  }

  private static Process bus(Path folder) throws IOException {
    return new ProcessBuilder(
            "dbus-daemon", "--session", "--nofork", "--address=unix:tmpdir=/tmp", "--print-address")
        .directory(folder.toFile())
        .redirectError(folder.resolve("bus.log").toFile())
        .start();
  }

  private static String firstLine(Process process) throws IOException {
    BufferedReader output = process.inputReader();
    String line = output.readLine();
    if (line == null) {
      throw new IOException("dbus-daemon did not start");
    }
    return line;
  }

  /** Absolute: swtpm goes to another folder when it becomes a daemon. */
  private Path state() {
    return folder.toAbsolutePath().resolve("state");
  }

  /** Starts the TPM and its resource manager, with the state they had. */
  void start() throws Exception {
    if (port == 0) {
      startOnFreePorts();
    } else {
      startEmulator();
    }
    Path log = folder.resolve("abrmd-" + starts + ".log");
    processes.add(
        commands.process(
            log,
            "tpm2-abrmd",
            "--allow-root",
            "--session",
            "--tcti=swtpm:host=127.0.0.1,port=" + port));
    await(() -> hasOwner(), log);
  }

  private void startOnFreePorts() throws Exception {
    for (int i = 1; ; i++) {
      port = twoFreePorts();
      try {
        startEmulator();
        return;
      } catch (IOException e) {
        if (i == TRIES) {
          throw e; // Otherwise somebody took one of the ports meanwhile.
        }
      }
    }
  }

  private static int twoFreePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    for (int i = 1; ; i++) {
      try (ServerSocket first = new ServerSocket(0, 1, loopback);
          ServerSocket second = new ServerSocket(first.getLocalPort() + 1, 1, loopback)) {
        return second.getLocalPort() - 1;
      } catch (IOException | IllegalArgumentException e) {
        if (i == 100) {
          throw new IOException("no two free ports in a row", e);
        }
      }
    }
  }

  private void startEmulator() throws Exception {
    starts++;
    Path log = folder.resolve("swtpm-" + starts + ".log");
    Process emulator =
        commands.process(
            log,
            "swtpm",
            "socket",
            "--tpm2",
            "--tpmstate",
            "dir=" + state(),
            "--ctrl",
            "type=tcp,port=" + (port + 1),
            "--server",
            "type=tcp,port=" + port,
            "--flags",
            "not-need-init,startup-clear");
    processes.add(emulator);
    await(
        () -> {
          if (!emulator.isAlive()) {
            throw new IOException("swtpm ended: " + Files.readString(log));
          }
          return listens(port + 1); // A connection to the other port would be the TPM's only one.
        },
        log);
  }

  private static boolean listens(int port) throws IOException {
    String wanted = String.format(":%04X 00000000:0000 0A", port);
    return Files.readString(Path.of("/proc/net/tcp")).contains(wanted);
  }

  private boolean hasOwner() throws Exception {
    return commands
        .run(
            "dbus-send",
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.DBus",
            "/",
            "org.freedesktop.DBus.NameHasOwner",
            "string:com.intel.tss2.Tabrmd")
        .contains("true");
  }

  private interface Condition {
    boolean isMet() throws Exception;
  }

  private static void await(Condition condition, Path log) throws Exception {
    long start = System.nanoTime();
    while (!condition.isMet()) {
      if (System.nanoTime() - start > DEADLINE) {
        throw new IOException("Nothing came of it: " + Files.readString(log));
      }
      Thread.sleep(10); // Only between two looks.
    }
  }

  /** Kills the TPM and its resource manager. */
  void kill() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly();
    }
    for (Process process : processes) {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new IOException("A process does not end");
      }
    }
    processes.clear();
    await(() -> !hasOwner(), folder.resolve("bus.log"));
  }

  /** Lets the TPM sleep in the middle of what it does. */
  void freeze() throws Exception {
    signal("-STOP");
  }

  void unfreeze() throws Exception {
    signal("-CONT");
  }

  private void signal(String signal) throws Exception {
    for (Process process : processes) {
      commands.run("kill", signal, Long.toString(process.pid()));
    }
  }

  private void endWith(Process bus) {
    processes.forEach(Process::destroyForcibly);
    bus.destroy(); // Not by force: it takes its socket away.
  }

  /** A key with a certificate for itself, made in the TPM by the JDK. */
  void key(String name, List<String> kind) throws Exception {
    Path configuration =
        Files.writeString(
            folder.resolve("sunpkcs11.cfg"),
            "name = fixture\nlibrary = "
                + library
                + "\nslotListIndex = 0\nattributes(generate,CKO_PRIVATE_KEY,*) ="
                + " { CKA_TOKEN = true }\n");
    List<String> arguments = new ArrayList<>(List.of("-genkeypair", "-alias", name));
    arguments.addAll(List.of("-dname", "CN=" + name, "-validity", "365"));
    arguments.addAll(kind);
    commands.keytool(configuration, PIN, arguments.toArray(String[]::new));
  }

  /** A key alone, as the TPM's own tools make them; its public half. */
  PublicKey bareKey(String name, String kind, String algorithm) throws Exception {
    commands.run(
        "tpm2_ptool",
        "addkey",
        "--algorithm=" + kind,
        "--label=" + TOKEN,
        "--key-label=" + name,
        "--userpin=" + PIN,
        "--path",
        store());
    Path file = folder.resolve("public.der");
    commands.run(
        "pkcs11-tool",
        "--module",
        library.toString(),
        "--token-label",
        TOKEN,
        "--login",
        "--pin",
        PIN,
        "--read-object",
        "--type",
        "pubkey",
        "--label",
        name,
        "--output-file",
        file.toString());
    return KeyFactory.getInstance(algorithm)
        .generatePublic(new X509EncodedKeySpec(Files.readAllBytes(file)));
  }

  private String store() {
    return folder.resolve("store").toString();
  }

  /** How many wrong authorizations the TPM counts against its lockout. */
  int wrongPins() throws Exception {
    return commands
        .run("tpm2_getcap", "properties-variable")
        .lines()
        .filter(line -> line.contains("TPM2_PT_LOCKOUT_COUNTER"))
        .map(line -> Integer.decode(line.substring(line.indexOf(':') + 1).strip()))
        .findFirst()
        .orElseThrow();
  }

  /** A configuration with the token's PIN, or another. */
  Settings settings(String pin, String... more) throws Exception {
    Path file = Files.writeString(folder.resolve("pin"), pin);
    Map<String, Object> values = new HashMap<>();
    values.put("library", library.toString());
    values.put("token.label", TOKEN);
    values.put("pin.file", file.toString());
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return Settings.of(values, folder);
  }
}
