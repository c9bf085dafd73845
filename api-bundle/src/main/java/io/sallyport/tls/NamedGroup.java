package io.sallyport.tls;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A key-exchange group by its IANA number and name (registry "TLS Supported Groups", RFC 8446
 * section 4.2.7).
 *
 * @param number the two bytes on the wire, 0x0000 to 0xFFFF
 * @param name the IANA name, such as "x25519"
 */
public record NamedGroup(int number, String name) {
  /** The hybrid post-quantum group of the draft "draft-ietf-tls-ecdhe-mlkem". */
  public static final NamedGroup X25519MLKEM768 = new NamedGroup(0x11EC, "X25519MLKEM768");

  private static final List<NamedGroup> REGISTRY =
      List.of(
          new NamedGroup(0x001D, "x25519"),
          new NamedGroup(0x0017, "secp256r1"),
          new NamedGroup(0x0018, "secp384r1"),
          new NamedGroup(0x0019, "secp521r1"),
          new NamedGroup(0x001E, "x448"),
          X25519MLKEM768,
          new NamedGroup(0x11EB, "SecP256r1MLKEM768"),
          new NamedGroup(0x11ED, "SecP384r1MLKEM1024"),
          new NamedGroup(0x0200, "MLKEM512"),
          new NamedGroup(0x0201, "MLKEM768"),
          new NamedGroup(0x0202, "MLKEM1024"),
          new NamedGroup(0x6399, "X25519Kyber768Draft00"),
          new NamedGroup(0x0100, "ffdhe2048"),
          new NamedGroup(0x0101, "ffdhe3072"),
          new NamedGroup(0x0102, "ffdhe4096"),
          new NamedGroup(0x0103, "ffdhe6144"),
          new NamedGroup(0x0104, "ffdhe8192"),
          new NamedGroup(0x001A, "brainpoolP256r1"),
          new NamedGroup(0x001B, "brainpoolP384r1"),
          new NamedGroup(0x001C, "brainpoolP512r1"),
          new NamedGroup(0x001F, "brainpoolP256r1tls13"),
          new NamedGroup(0x0020, "brainpoolP384r1tls13"),
          new NamedGroup(0x0021, "brainpoolP512r1tls13"));

  private static final Map<String, NamedGroup> BY_NAME =
      REGISTRY.stream()
          .collect(
              Collectors.toMap(
                  group -> group.name.toLowerCase(Locale.ROOT),
                  group -> group,
                  (a, b) -> a,
                  LinkedHashMap::new));

  /** Checks the range. */
  public NamedGroup {
    if (number < 0 || number > 0xFFFF || name.isBlank()) {
      throw new IllegalArgumentException("A group needs a number from 0 to 0xFFFF and a name.");
    }
  }

  /** The group with this number; one that is not known here is named by its number. */
  public static NamedGroup ofNumber(int number) {
    for (NamedGroup group : REGISTRY) {
      if (group.number == number) {
        return group;
      }
    }
    return new NamedGroup(number, String.format(Locale.ROOT, "0x%04x", number));
  }

  /** The group with this IANA name, in any case, if this platform knows it. */
  public static Optional<NamedGroup> ofName(String name) {
    return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
  }

  /**
   * Reads an IANA name in any case, or a number as "0x001d" or "29".
   *
   * @throws TlsException INVALID_ARG when no such group is known; the message lists those that are
   */
  public static NamedGroup parse(String text) throws TlsException {
    String trimmed = text.trim();
    Optional<NamedGroup> group = ofName(trimmed);
    if (group.isEmpty()) {
      try {
        int number = Integer.decode(trimmed);
        group = REGISTRY.stream().filter(known -> known.number == number).findFirst();
      } catch (NumberFormatException e) {
        group = Optional.empty();
      }
    }
    return group.orElseThrow(
        () ->
            new TlsException(
                TlsErrorCode.INVALID_ARG,
                "Key-exchange group '"
                    + trimmed
                    + "' is not known; use an IANA name or number, one of "
                    + REGISTRY.stream().map(NamedGroup::name).collect(Collectors.joining(", "))
                    + "."));
  }

  /** Whether the group resists an attacker with a quantum computer (it contains ML-KEM). */
  public boolean isPostQuantum() {
    return name.contains("MLKEM");
  }

  @Override
  public String toString() {
    return name;
  }
}
