package io.sallyport.hw.pkcs11;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips tests on a machine without the programs they need, and says which package is missing. */
abstract class Needs implements ExecutionCondition {
  private static final List<String> SOFTHSM_PLACES =
      List.of(
          "/usr/lib/softhsm/libsofthsm2.so",
          "/usr/lib64/pkcs11/libsofthsm2.so",
          "/usr/lib64/softhsm/libsofthsm2.so",
          "/usr/local/lib/softhsm/libsofthsm2.so");
  private static final List<String> TPM_PLACES =
      List.of(
          "/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so",
          "/usr/lib/aarch64-linux-gnu/pkcs11/libtpm2_pkcs11.so",
          "/usr/lib64/pkcs11/libtpm2_pkcs11.so");
  private static final List<String> BROKER_PLACES =
      List.of(
          "/usr/lib/x86_64-linux-gnu/libtss2-tcti-tabrmd.so.0",
          "/usr/lib/aarch64-linux-gnu/libtss2-tcti-tabrmd.so.0",
          "/usr/lib64/libtss2-tcti-tabrmd.so.0");

  /** What is missing; empty when nothing is. */
  abstract Optional<String> missing();

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return missing()
        .map(ConditionEvaluationResult::disabled)
        .orElseGet(() -> ConditionEvaluationResult.enabled("everything is installed"));
  }

  private static Stream<String> program(String program, String debianPackage) {
    boolean found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    return found ? Stream.empty() : Stream.of(sentence(program, debianPackage));
  }

  private static Stream<String> library(List<String> places, String debianPackage) {
    return first(places).isPresent()
        ? Stream.empty()
        : Stream.of(sentence(places.get(0), debianPackage));
  }

  private static String sentence(String what, String debianPackage) {
    return what + " is not here: install the Debian package " + debianPackage;
  }

  private static Optional<Path> first(List<String> places) {
    return places.stream().map(Path::of).filter(Files::isRegularFile).findFirst();
  }

  static Path softHsmLibrary() {
    return first(SOFTHSM_PLACES).orElseThrow();
  }

  static Path tpmLibrary() {
    return first(TPM_PLACES).orElseThrow();
  }

  /** Tokens in software. */
  static final class ASoftHsm extends Needs {
    @Override
    Optional<String> missing() {
      return Stream.of(
              program("softhsm2-util", "softhsm2"),
              library(SOFTHSM_PLACES, "softhsm2"),
              program("pkcs11-tool", "opensc"))
          .flatMap(sentences -> sentences)
          .findFirst();
    }
  }

  /** A TPM 2.0 in software. */
  static final class ATpm extends Needs {
    @Override
    Optional<String> missing() {
      return Stream.of(
              program("swtpm", "swtpm"),
              program("tpm2-abrmd", "tpm2-abrmd"),
              program("tpm2_ptool", "libtpm2-pkcs11-tools"),
              program("tpm2_getcap", "tpm2-tools"),
              program("dbus-daemon", "dbus"),
              program("pkcs11-tool", "opensc"),
              library(TPM_PLACES, "libtpm2-pkcs11-1"),
              library(BROKER_PLACES, "libtss2-tcti-tabrmd0"))
          .flatMap(sentences -> sentences)
          .findFirst();
    }
  }

  /** Something that compiles C. */
  static final class ACompiler extends Needs {
    @Override
    Optional<String> missing() {
      return program("cc", "gcc (with libc6-dev)").findFirst();
    }
  }
}
