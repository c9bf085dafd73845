package io.sallyport.launcher.demo;

import com.sun.jna.NativeLibrary;
import io.sallyport.hw.PrivateFile;
import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A P-256 key in a token of SoftHSM's, made by the tools that an operator would use. */
final class Pkcs11DemoKey implements DemoKey {
  private static final List<String> LIBRARIES =
      List.of(
          "/usr/lib/softhsm/libsofthsm2.so",
          "/usr/lib64/pkcs11/libsofthsm2.so",
          "/usr/lib64/softhsm/libsofthsm2.so",
          "/usr/local/lib/softhsm/libsofthsm2.so");
  private static final String CONFIGURATION = "SOFTHSM2_CONF";
  private static final String PIN_VARIABLE = "SALLYPORT_DEMO_PIN";
  private static final String PIN = "env:" + PIN_VARIABLE;
  private static final String TOKEN = "sallyport-demo";
  private static final String KEY = "demo";
  private static final int PATIENCE_SECONDS = 30;
  private static final int PIN_BITS = 60;

  @Override
  public String provider() {
    return "pkcs11";
  }

  @Override
  public String words() {
    return "P-256, in a token of SoftHSM";
  }

  @Override
  public Map<String, Object> provision(Path folder, DemoCertificates certificates)
      throws LauncherException, IOException, GeneralSecurityException, InterruptedException {
    String library =
        LIBRARIES.stream()
            .filter(file -> Files.exists(Path.of(file)))
            .findFirst()
            .orElseThrow(Pkcs11DemoKey::notInstalled);
    Path tokens = Files.createDirectory(folder.resolve("tokens"));
    Path configuration =
        Files.writeString(
            folder.resolve("softhsm2.conf"),
            "directories.tokendir = " + tokens + "\nobjectstore.backend = file\n");
    // The library looks for it in the environment of this process.
    NativeLibrary.getInstance("c")
        .getFunction("setenv")
        .invokeInt(new Object[] {CONFIGURATION, configuration.toString(), 1});
    String pin = new BigInteger(PIN_BITS, new SecureRandom()).toString();
    Path pinFile = folder.resolve("pin");
    PrivateFile.write(pinFile, pin.getBytes(StandardCharsets.US_ASCII));
    // In the tool's environment, because everybody sees its command line.
    Map<String, String> environment =
        Map.of(CONFIGURATION, configuration.toString(), PIN_VARIABLE, pin);
    List<String> tool = List.of("pkcs11-tool", "--module", library);
    run(environment, tool, "--init-token", "--slot-index", "0", "--label", TOKEN, "--so-pin", PIN);
    List<String> token = with(tool, "--token-label", TOKEN, "--login");
    run(environment, token, "--login-type", "so", "--so-pin", PIN, "--init-pin", "--new-pin", PIN);
    List<String> user = with(token, "--pin", PIN);
    run(environment, user, "--keypairgen", "--key-type", "EC:prime256v1", "--label", KEY);
    Path publicKey = folder.resolve("public.der");
    run(
        environment,
        user,
        "--read-object",
        "--type",
        "pubkey",
        "--label",
        KEY,
        "--output-file",
        publicKey.toString());
    PublicKey key =
        KeyFactory.getInstance("EC")
            .generatePublic(new X509EncodedKeySpec(Files.readAllBytes(publicKey)));
    return Map.of(
        "library",
        library,
        "token.label",
        TOKEN,
        "pin.file",
        pinFile.toString(),
        "key.label",
        KEY,
        "certificate",
        certificates.issueFor(key).toString());
  }

  private static LauncherException notInstalled() {
    return new LauncherException(
        ExitCode.FAILURE,
        "SoftHSM or pkcs11-tool is not installed; install them (apt-get install softhsm2 opensc).");
  }

  private static List<String> with(List<String> command, String... more) {
    return Stream.concat(command.stream(), Arrays.stream(more)).toList();
  }

  private static void run(Map<String, String> environment, List<String> command, String... more)
      throws LauncherException, IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(with(command, more));
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.redirectErrorStream(true).start();
    } catch (IOException e) {
      throw notInstalled();
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new LauncherException(
          ExitCode.FAILURE,
          command.get(0) + " failed: " + said.strip().lines().reduce("", (all, line) -> line));
    }
  }
}
