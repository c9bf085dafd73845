package io.sallyport.launcher.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.launcher.report.Terminal;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLinesTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder;

  @Test
  void asksForACommand() {
    assertEquals(2, run());
    assertTrue(errors().startsWith("sallyport: A command is missing"), errors());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "run",
        "run a b",
        "run --log-level=loud .",
        "connect",
        "connect host:port",
        "connect host:70000",
        "connect host extra",
        "connect host --timeout=soon",
        "demo --seconds=1",
        "demo --port=70000",
        "demo --key=nonsense",
        "atecc",
        "atecc provision",
        "atecc csr --subject=nonsense",
        "ds",
        "ds encrypt",
        "ds encrypt --chip=esp32 --key=a --hmac-key=b --output=c",
        "ecdsa",
        "ecdsa burn",
        "stacks --nonsense",
        "bundle",
        "bundle ca.pem",
        "atecc cert --transport=kit-tcp --root",
        "atecc simulate --listen=nowhere",
        "atecc simulate --layout=none"
      })
  void answersAWrongCommandLineWithOneSentenceAndTwo(String arguments) {
    assertEquals(2, run(arguments.split(" ")), arguments);
    assertTrue(errors().startsWith("sallyport: "), errors());
    assertFalse(errors().contains("\tat "), errors());
    assertTrue(errors().lines().count() <= 2, errors());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "run", "demo", "connect", "stacks", "bundle", "atecc", "ds", "ecdsa"})
  void helpsWithEveryCommand(String command) {
    int code = command.isEmpty() ? run("--help") : run(command, "--help");

    assertEquals(0, code);
    assertTrue(output().contains("Usage: sallyport"), output());
    assertTrue(output().contains("Example"), output());
    assertEquals("", errors());
  }

  @Test
  void listsTheExitCodes() {
    assertEquals(0, run("--help"));
    for (String code : new String[] {"0", "1", "2", "3", "4", "130", "143"}) {
      assertTrue(output().lines().anyMatch(line -> line.strip().startsWith(code + " ")), code);
    }
  }

  @Test
  void refusesAConfigurationFolderThatIsNone() {
    assertEquals(3, run("run", folder.resolve("missing").toString()));
    assertTrue(errors().contains("is no folder"), errors());
    assertEquals(1, errors().lines().count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--block=4", "--chip=esp32c5 --block=5,4", "--block=9 --chip=esp32p4"})
  void burnsAnEcdsaKeyOnceAndWritesItsPublicHalf(String options) throws Exception {
    String[] arguments =
        ("ecdsa burn --efuse-file=" + folder.resolve("efuses") + " " + options).split(" ");
    assertEquals(0, run(arguments), errors());
    assertTrue(output().startsWith("-----BEGIN PUBLIC KEY-----\n"), output());
    assertTrue(output().endsWith("\n-----END PUBLIC KEY-----\n"), output());
    assertEquals(512, Files.size(folder.resolve("efuses")));
    assertEquals(3, run(arguments));
    assertTrue(errors().contains("eFuses are for ever"), errors());
    assertEquals(1, errors().lines().count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--block=3",
        "--block=key0",
        "--block=5,4",
        "--block=9",
        "--block=4 --chip=esp32s3",
        "--block=4 --key=missing"
      })
  void refusesToBurnWhatCannotBe(String options) {
    String[] arguments =
        ("ecdsa burn --efuse-file=" + folder.resolve("efuses") + " " + options).split(" ");
    assertEquals(3, run(arguments), errors());
    assertEquals(1, errors().lines().count(), errors());
    assertFalse(Files.exists(folder.resolve("efuses")));
  }

  @Test
  void writesOnlyNewFilesAndOnlyIntoFoldersThatAreThere() throws Exception {
    Path old = Files.writeString(folder.resolve("old"), "a key");
    String start = "ds encrypt --key=" + folder.resolve("missing") + " --output=";
    assertEquals(3, run((start + old + " --hmac-key=" + folder.resolve("h")).split(" ")));
    assertTrue(errors().contains("exists already"), errors());
    assertEquals(3, run((start + folder.resolve("p") + " --hmac-key=" + old).split(" ")));
    assertEquals("a key", Files.readString(old));
    assertFalse(Files.exists(folder.resolve("h")));
    Path nowhere = folder.resolve("missing").resolve("file");
    assertEquals(3, run(("ecdsa burn --block=4 --efuse-file=" + nowhere).split(" ")));
    assertTrue(errors().contains("There is no folder"), errors());
  }

  @Test
  void showsTheCertificatesOfASecureElement() {
    String state = "--state=" + folder.resolve("chip");

    assertEquals(0, run("atecc", "cert", state));
    assertTrue(output().contains("verifies  yes, by the next one"), output());
    assertEquals(2, output().split("-----BEGIN CERTIFICATE-----", -1).length - 1);
    assertEquals(0, run("atecc", "cert", "--root", state));
    assertEquals(3, output().split("-----BEGIN CERTIFICATE-----", -1).length - 1);
    assertEquals(1, run("atecc", "cert", "--store=" + folder.resolve("missing"), state));
    assertTrue(errors().contains("comes with its certificates"), errors());
  }

  @Test
  @Timeout(60)
  void simulatesASecureElementForOtherPrograms() throws Exception {
    PipedInputStream shown = new PipedInputStream();
    PrintStream shows = new PrintStream(new PipedOutputStream(shown), true, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(shows, shows, false, false, StandardCharsets.UTF_8);
    String state = "--state=" + folder.resolve("simulated");
    Thread process =
        new Thread(
            () ->
                CommandLines.create(terminal)
                    .execute("atecc", "simulate", state, "--listen=127.0.0.1:0"));
    process.start();
    String line =
        new BufferedReader(new InputStreamReader(shown, StandardCharsets.UTF_8)).readLine();
    Matcher port = Pattern.compile("listens on 127\\.0\\.0\\.1:(\\d+)\\.").matcher(line);
    assertTrue(port.find(), line);
    try (Socket client = new Socket("127.0.0.1", Integer.parseInt(port.group(1)))) {
      client.getOutputStream().write("board:device(00)\n".getBytes(StandardCharsets.US_ASCII));
      assertEquals(
          "ECC608 TWI 00(6A)",
          new BufferedReader(
                  new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))
              .readLine());
      assertEquals(1, run("atecc", "info", state), "one process at a time");
      assertTrue(errors().contains("in use by another simulator"), errors());
    } finally {
      process.interrupt();
      process.join();
    }
    assertEquals(0, run("atecc", "info", state));
  }

  @Test
  void showsAStackTraceOnlyWhenAsked() {
    String missing = folder.resolve("missing").toString();
    assertEquals(3, run("run", missing, "--stacktrace"));
    assertTrue(errors().contains("\tat "), errors());
  }

  private int run(String... arguments) {
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            StandardCharsets.UTF_8);
    return CommandLines.create(terminal).execute(arguments);
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
