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
 * A stack that could become active, and what the registry is told about it. Thread-safe; two
 * candidates are never equal, even with the same stack. None of the stack's operations is called
 * before {@link #ask}; until then it goes by what its service says, or by its class.
 */
public final class Candidate {
  private static final int LONGEST = 100;
  private static final String NAME_PROPERTY = "sallyport.stack";
  private static final long BY_HAND = Long.MAX_VALUE;

  private final TlsStackOps ops;
  private final List<Origin> origins;
  private final int ranking;
  private final long serviceId;
  private final Map<String, Object> properties;
  private volatile Answers answers;

  /** How it goes by. */
  private record Answers(String name, String libraryVersion) {}

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
    this(ops, List.of(new Origin(bundle, signers)), ranking, serviceId, properties);
    ask();
  }

  /**
   * Describes a stack that is a service, and calls nothing of it.
   *
   * @param origins every bundle that brought it; first the one it is shown with
   * @param ranking its service ranking
   * @param serviceId its service id; the lower one wins among equal rankings
   * @param properties its service properties, for filters
   */
  public Candidate(
      TlsStackOps ops,
      List<Origin> origins,
      int ranking,
      long serviceId,
      Map<String, Object> properties) {
    this.ops = ops;
    this.origins = List.copyOf(origins);
    this.ranking = ranking;
    this.serviceId = serviceId;
    this.properties = Map.copyOf(properties);
    this.answers = new Answers(standIn(ops, properties), "");
  }

  /**
   * Describes a stack that was registered by ESP-TLS's call, and calls nothing of it.
   *
   * @param origins every bundle that brought it; first the one it is shown with
   */
  public static Candidate byHand(TlsStackOps ops, List<Origin> origins) {
    return new Candidate(ops, origins, 0, BY_HAND, Map.of());
  }

  /** Names are shown in logs and shells: a class may have a name that no stack may have. */
  private static String standIn(TlsStackOps ops, Map<String, Object> properties) {
    if (properties.get(NAME_PROPERTY) instanceof String said && isName(said)) {
      return said;
    }
    return printable(ops.getClass().getName());
  }

  /** Nothing in it may change what a shell or a log shows, nor look like another one's. */
  private static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return !name.isBlank() && name.length() <= LONGEST;
  }

  private static String printable(String text) {
    char[] shown = new char[Math.min(text.length(), LONGEST)];
    for (int i = 0; i < shown.length; i++) {
      char c = text.charAt(i);
      shown[i] = c >= ' ' && c <= '~' ? c : '?';
    }
    return new String(shown);
  }

  /** Asks the stack for its name and version. A stack that blocks does so here. */
  void ask() {
    Answers known = answers;
    String name = tell(ops::name, known.name);
    answers =
        new Answers(
            isName(name) ? name : known.name,
            printable(tell(ops::libraryVersion, known.libraryVersion)));
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

  /** Its name; until it was asked what its service says, or its class. */
  public String name() {
    return answers.name;
  }

  /** Version of its library; empty until it was asked. */
  public String libraryVersion() {
    return answers.libraryVersion;
  }

  /** Symbolic name of the bundle that registered it; empty when that was none. */
  public String bundle() {
    return origins.get(0).bundle();
  }

  /** Every bundle that brought it: each has to pass the gate. */
  List<Origin> origins() {
    return origins;
  }

  /** Its service ranking. */
  public int ranking() {
    return ranking;
  }

  /** Whether it was registered by ESP-TLS's call and not as a service. */
  boolean isRegisteredByHand() {
    return serviceId == BY_HAND;
  }

  long serviceId() {
    return serviceId;
  }

  /** Its service properties. */
  public Map<String, Object> properties() {
    return properties;
  }

  /** What it is recognised by when its bundle comes back. */
  String identity() {
    return bundle() + "/" + name();
  }

  /** The OSGi order of services: highest ranking first, then lowest id. */
  static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingInt(Candidate::ranking)
          .reversed()
          .thenComparingLong(Candidate::serviceId);

  /**
   * Checks the stack as ESP-TLS does: version first, then that no operation is missing. What it
   * says then is how it goes by.
   *
   * @throws TlsException INVALID_VERSION or INVALID_ARG
   */
  void check() throws TlsException {
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
    String libraryVersion = present(ops, "libraryVersion", ops::libraryVersion);
    present(ops, "capabilities", ops::capabilities);
    present(ops, "caStore", ops::caStore);
    List<CipherSuite> suites = present(ops, "cipherSuites", ops::cipherSuites);
    if (name.isBlank() || suites.isEmpty()) {
      throw missing(ops, name.isBlank() ? "name" : "cipherSuites", null);
    }
    if (!isName(name)) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "Stack "
              + printable(ops.getClass().getName())
              + " has a name of "
              + name.length()
              + " characters that cannot be shown as it is; a name has 1 to "
              + LONGEST
              + " letters, digits, spaces and signs of ASCII.");
    }
    answers = new Answers(name, printable(libraryVersion));
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
