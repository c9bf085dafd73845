package io.sallyport.hw.ecdsa;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an ECDSA peripheral is to be. Immutable.
 *
 * @param chip its name, such as "esp32h2"
 * @param efuseFile the virtual eFuse file
 * @param key the default key; empty when connections name theirs
 * @param certificate PEM file of the default key's certificates, leaf first; empty for none
 * @param nonce where the secret numbers come from
 * @param suites the only suites to offer; empty for any
 */
public record EcdsaSettings(
    String chip,
    Path efuseFile,
    Optional<KeyBlocks> key,
    Optional<Path> certificate,
    Nonce nonce,
    List<CipherSuite> suites) {
  /** What ESP-TLS documents that it offers while the peripheral is in use. */
  public static final List<CipherSuite> DOCUMENTED_SUITES =
      List.of(
          CipherSuite.ofName("TLS_AES_128_GCM_SHA256").orElseThrow(),
          CipherSuite.ofName("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256").orElseThrow());

  /** Copies the list. */
  public EcdsaSettings {
    suites = List.copyOf(suites);
  }

  /**
   * The suites of this name.
   *
   * @param label "documented" or "any"
   * @throws TlsException INVALID_ARG for any other
   */
  public static List<CipherSuite> suites(String label) throws TlsException {
    return switch (label) {
      case "documented" -> DOCUMENTED_SUITES;
      case "any" -> List.of();
      default ->
          throw new TlsException(
              TlsErrorCode.INVALID_ARG,
              "'"
                  + label
                  + "' is not one of documented and any; correct 'suites' of the ECDSA"
                  + " peripheral.");
    };
  }
}
