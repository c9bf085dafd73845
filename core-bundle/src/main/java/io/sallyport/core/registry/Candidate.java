package io.sallyport.core.registry;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.TlsStackOps;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stack that could become active, and what the registry is told about it. Immutable; two
 * candidates are never equal, even with the same stack.
 */
public final class Candidate {
  private final TlsStackOps ops;
  private final String name;
  private final String libraryVersion;
  private final String bundle;
  private final int ranking;
  private final long serviceId;
  private final Map<String, Object> properties;
  private final Supplier<Set<String>> findSigners;
  private @Nullable Set<String> signers;

  /**
   * Describes a stack; asks it for its name and version, which a broken one may not be able to
   * tell.
   *
   * @param bundle symbolic name of its bundle; empty when it comes from no bundle
   * @param ranking its service ranking
   * @param serviceId its service id; the lower one wins among equal rankings
   * @param properties its service properties, for filters
   * @param signers finds the certificates that signed every file of its bundle, as SHA-256
   *     fingerprints in lower-case hexadecimal; called once, if at all
   */
  public Candidate(
      TlsStackOps ops,
      String bundle,
      int ranking,
      long serviceId,
      Map<String, Object> properties,
      Supplier<Set<String>> signers) {
    this.ops = ops;
    this.name = tell(ops::name, ops.getClass().getName());
    this.libraryVersion = tell(ops::libraryVersion, "");
    this.bundle = bundle;
    this.ranking = ranking;
    this.serviceId = serviceId;
    this.properties = Map.copyOf(properties);
    this.findSigners = signers;
  }

  private static String tell(Supplier<@Nullable String> question, String otherwise) {
    try {
      String answer = question.get();
      return answer == null ? otherwise : answer;
    } catch (Throwable e) { // A broken stack may throw anything.
      return otherwise;
    }
  }

  /** The stack. */
  public TlsStackOps ops() {
    return ops;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Version of its library. */
  public String libraryVersion() {
    return libraryVersion;
  }

  /** Symbolic name of its bundle; empty when it comes from no bundle. */
  public String bundle() {
    return bundle;
  }

  /** Its service ranking. */
  public int ranking() {
    return ranking;
  }

  /** Whether it was registered by ESP-TLS's call and not as a service. */
  boolean isRegisteredByHand() {
    return serviceId == Long.MAX_VALUE;
  }

  long serviceId() {
    return serviceId;
  }

  /** Its service properties. */
  public Map<String, Object> properties() {
    return properties;
  }

  /** The certificates that signed every file of its bundle, as SHA-256 fingerprints. */
  synchronized Set<String> signers() {
    Set<String> known = signers;
    if (known == null) {
      known = Set.copyOf(findSigners.get());
      signers = known;
    }
    return known;
  }

  /** What it is recognised by when its bundle comes back. */
  String identity() {
    return bundle + "/" + name;
  }

  /** The OSGi order of services: highest ranking first, then lowest id. */
  static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingInt(Candidate::ranking)
          .reversed()
          .thenComparingLong(Candidate::serviceId);

  /**
   * Checks a stack as ESP-TLS does: version first, then that no operation is missing.
   *
   * @throws TlsException INVALID_VERSION or INVALID_ARG
   */
  static void check(TlsStackOps ops) throws TlsException {
    int version = versionOf(ops);
    if (version != TlsStackOps.OPS_VERSION) {
      throw new TlsException(
          TlsErrorCode.INVALID_VERSION,
          "Stack "
              + ops.getClass().getName()
              + " was built for version "
              + version
              + " of the operations table, this platform has version "
              + TlsStackOps.OPS_VERSION
              + "; rebuild it against this platform's API.");
    }
    String name = present(ops, "name", ops::name);
    present(ops, "libraryVersion", ops::libraryVersion);
    present(ops, "capabilities", ops::capabilities);
    present(ops, "caStore", ops::caStore);
    List<CipherSuite> suites = present(ops, "cipherSuites", ops::cipherSuites);
    if (name.isBlank() || suites.isEmpty()) {
      throw missing(ops, name.isBlank() ? "name" : "cipherSuites", null);
    }
  }

  private static int versionOf(TlsStackOps ops) throws TlsException {
    try {
      return ops.version();
    } catch (Throwable e) {
      throw missing(ops, "version", e);
    }
  }

  /** An operation is missing when it returns null, throws, or was not there at compile time. */
  private static <T> T present(TlsStackOps ops, String operation, Supplier<@Nullable T> call)
      throws TlsException {
    T result;
    try {
      result = call.get();
    } catch (Throwable e) {
      throw missing(ops, operation, e);
    }
    if (result == null) {
      throw missing(ops, operation, null);
    }
    return result;
  }

  private static TlsException missing(
      TlsStackOps ops, String operation, @Nullable Throwable cause) {
    String message =
        "Stack "
            + ops.getClass().getName()
            + " does not implement the required operation '"
            + operation
            + "'; every operation of TlsStackOps that is not optional must be there.";
    return cause == null
        ? new TlsException(TlsErrorCode.INVALID_ARG, message)
        : new TlsException(TlsErrorCode.INVALID_ARG, message, cause);
  }
}
