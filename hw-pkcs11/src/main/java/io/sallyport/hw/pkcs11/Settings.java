package io.sallyport.hw.pkcs11;

import io.sallyport.hw.Limits;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A configuration, read and checked. Immutable.
 *
 * @param library the PKCS#11 module
 * @param token which token
 * @param pin where its PIN is
 * @param key which key is the default one
 * @param certificate file of the default key's chain; empty for the token's own
 * @param limits how much may wait for the token
 */
record Settings(
    Path library,
    TokenChoice token,
    PinSource pin,
    KeyChoice key,
    Optional<Path> certificate,
    Limits limits) {
  private static final Set<String> KEYS =
      new TreeSet<>(
          Set.of(
              "library",
              "token.label",
              "slot",
              "pin.file",
              "pin.env",
              "key.label",
              "key.id",
              "certificate",
              "queue.limit",
              "queue.deadline.ms"));

  /**
   * Reads a configuration.
   *
   * @param values as OSGi gives them; each of its own type or text
   * @param base what relative paths are relative to
   * @throws TlsException INVALID_ARG when something is missing, unknown or contradicts
   */
  static Settings of(Map<String, ?> values, Path base) throws TlsException {
    Reader reader = new Reader(values, base);
    reader.refuseUnknown();
    return new Settings(
        reader
            .path("library")
            .orElseThrow(
                () ->
                    Reader.wrong(
                        "library",
                        "is missing; give the path of the token's PKCS#11 module, such as"
                            + " /usr/lib/softhsm/libsofthsm2.so")),
        reader.token(),
        reader.pin(),
        reader.key(),
        reader.path("certificate"),
        new Limits(
            (int) reader.number("queue.limit", 64, 1, 1_000_000),
            Duration.ofMillis(reader.number("queue.deadline.ms", 10_000, 1, Integer.MAX_VALUE))));
  }

  private record Reader(Map<String, ?> values, Path base) {
    Optional<String> text(String key) {
      Object value = values.get(key);
      return value == null
          ? Optional.empty()
          : Optional.of(value.toString().strip()).filter(text -> !text.isEmpty());
    }

    Optional<Path> path(String key) throws TlsException {
      Optional<String> text = text(key);
      if (text.isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(base.resolve(text.get()).toAbsolutePath().normalize());
      } catch (InvalidPathException e) {
        throw wrong(key, "is '" + text.get() + "', which is no path; give a file's path");
      }
    }

    long number(String key, long otherwise, long least, long most) throws TlsException {
      Optional<String> text = text(key);
      if (text.isEmpty()) {
        return otherwise;
      }
      long number;
      try {
        number = Long.parseLong(text.get());
      } catch (NumberFormatException e) {
        throw wrong(key, "is '" + text.get() + "'; give a whole number");
      }
      if (number < least || number > most) {
        throw wrong(key, "is " + number + "; give a number from " + least + " to " + most);
      }
      return number;
    }

    private void refuseBoth(String one, String other) throws TlsException {
      if (text(one).isPresent() && text(other).isPresent()) {
        throw wrong(one, "and '" + other + "' are both given; keep one of them");
      }
    }

    TokenChoice token() throws TlsException {
      refuseBoth("token.label", "slot");
      Optional<String> label = text("token.label");
      if (label.isPresent()) {
        return new TokenChoice.Labelled(label.get());
      }
      return text("slot").isPresent()
          ? new TokenChoice.InSlot(number("slot", 0, 0, Integer.MAX_VALUE))
          : new TokenChoice.Only();
    }

    PinSource pin() throws TlsException {
      refuseBoth("pin.file", "pin.env");
      Optional<Path> file = path("pin.file");
      if (file.isPresent()) {
        return new PinSource.InFile(file.get());
      }
      return new PinSource.InEnvironment(
          text("pin.env")
              .orElseThrow(
                  () ->
                      wrong(
                          "pin.file",
                          "is missing; give the file that holds the token's PIN, or with 'pin.env'"
                              + " the environment variable that does")));
    }

    KeyChoice key() throws TlsException {
      refuseBoth("key.label", "key.id");
      Optional<String> label = text("key.label");
      if (label.isPresent()) {
        return new KeyChoice.Labelled(label.get());
      }
      Optional<String> id = text("key.id");
      if (id.isEmpty()) {
        return new KeyChoice.Only();
      }
      try {
        return new KeyChoice.WithId(ObjectId.parse(id.get()));
      } catch (IllegalArgumentException e) {
        throw wrong("key.id", "is '" + id.get() + "'; give pairs of hexadecimal digits");
      }
    }

    void refuseUnknown() throws TlsException {
      for (String key : new TreeSet<>(values.keySet())) {
        if (!KEYS.contains(key) && !isOfTheFramework(key)) {
          throw wrong(key, "is not known; the keys are " + String.join(", ", KEYS));
        }
      }
    }

    private static boolean isOfTheFramework(String key) {
      return key.startsWith("service.")
          || key.startsWith("component.")
          || key.startsWith("felix.")
          || key.startsWith("osgi.ds.")
          || key.startsWith(".")
          || key.startsWith(":");
    }

    static TlsException wrong(String key, String what) {
      return new TlsException(
          TlsErrorCode.INVALID_ARG, "Hardware keys pkcs11: '" + key + "' " + what + ".");
    }
  }
}
