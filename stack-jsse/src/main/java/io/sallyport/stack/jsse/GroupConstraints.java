package io.sallyport.stack.jsse;

import io.sallyport.tls.NamedGroup;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Permits only some key-exchange groups. SunJSSE asks for each group by its name, as key agreement;
 * the JDK's own setter for groups came with Java 20. Whatever else it asks about is left to the
 * JDK's own constraints, which SunJSSE applies too.
 *
 * <p>It asks in the same words for the curve of a signature, which in TLS 1.3 has nothing to do
 * with the key exchange (RFC 8446 section 4.2.7); only who asks tells the two apart.
 */
final class GroupConstraints implements AlgorithmConstraints {
  private static final String SIGNATURES = "sun.security.ssl.SignatureScheme";
  private static final int FRAMES = 12;

  private final Set<String> allowed;

  GroupConstraints(Collection<NamedGroup> groups) {
    this.allowed =
        groups.stream()
            .map(group -> group.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public boolean permits(
      Set<CryptoPrimitive> primitives, String algorithm, AlgorithmParameters parameters) {
    return !primitives.contains(CryptoPrimitive.KEY_AGREEMENT)
        || NamedGroup.ofName(algorithm).isEmpty()
        || allowed.contains(algorithm.toLowerCase(Locale.ROOT))
        || isAboutSignatures();
  }

  private static boolean isAboutSignatures() {
    return StackWalker.getInstance()
        .walk(frames -> frames.limit(FRAMES).anyMatch(f -> f.getClassName().equals(SIGNATURES)));
  }

  @Override
  public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
    return true;
  }

  @Override
  public boolean permits(
      Set<CryptoPrimitive> primitives, String algorithm, Key key, AlgorithmParameters parameters) {
    return permits(primitives, algorithm, parameters);
  }
}
