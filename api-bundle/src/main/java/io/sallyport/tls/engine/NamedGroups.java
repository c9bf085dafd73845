package io.sallyport.tls.engine;

import java.util.Locale;
import java.util.Map;

/** Names of key-exchange groups (IANA registry "TLS Supported Groups"). */
final class NamedGroups {
  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(0x0017, "secp256r1"),
          Map.entry(0x0018, "secp384r1"),
          Map.entry(0x0019, "secp521r1"),
          Map.entry(0x001D, "x25519"),
          Map.entry(0x001E, "x448"),
          Map.entry(0x001F, "brainpoolP256r1tls13"),
          Map.entry(0x0020, "brainpoolP384r1tls13"),
          Map.entry(0x0021, "brainpoolP512r1tls13"),
          Map.entry(0x001A, "brainpoolP256r1"),
          Map.entry(0x001B, "brainpoolP384r1"),
          Map.entry(0x001C, "brainpoolP512r1"),
          Map.entry(0x0100, "ffdhe2048"),
          Map.entry(0x0101, "ffdhe3072"),
          Map.entry(0x0102, "ffdhe4096"),
          Map.entry(0x0103, "ffdhe6144"),
          Map.entry(0x0104, "ffdhe8192"),
          Map.entry(0x0200, "MLKEM512"),
          Map.entry(0x0201, "MLKEM768"),
          Map.entry(0x0202, "MLKEM1024"),
          Map.entry(0x11EB, "SecP256r1MLKEM768"),
          Map.entry(0x11EC, "X25519MLKEM768"),
          Map.entry(0x11ED, "SecP384r1MLKEM1024"),
          Map.entry(0x6399, "X25519Kyber768Draft00"));

  private NamedGroups() {}

  /** The registered name, or the number in hexadecimal for one that is not known here. */
  static String name(int number) {
    String name = NAMES.get(number);
    return name != null ? name : String.format(Locale.ROOT, "0x%04x", number);
  }
}
