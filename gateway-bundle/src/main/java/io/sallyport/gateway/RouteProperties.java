package io.sallyport.gateway;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A route's raw configuration, read key by key. Every value may be of its own type or text, because
 * configurations come from JSON, shells and programs.
 */
final class RouteProperties {
  private final String route;
  private final Map<String, ?> values;
  private final Set<String> known = new TreeSet<>();

  RouteProperties(String route, Map<String, ?> values) {
    this.route = route;
    this.values = values;
  }

  String required(String key, String example) throws RouteException {
    Optional<String> value = optional(key);
    if (value.isEmpty()) {
      throw wrong(key, "is missing; give it, for example \"" + example + "\"");
    }
    return value.get();
  }

  Optional<String> optional(String key) {
    known.add(key);
    Object value = values.get(key);
    return value == null
        ? Optional.empty()
        : Optional.of(value.toString().strip()).filter(text -> !text.isEmpty());
  }

  long number(String key, long otherwise, long least, long most) throws RouteException {
    Optional<String> text = optional(key);
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

  /** One of the constants, written in lower case with hyphens. */
  <E extends Enum<E>> E oneOf(String key, E otherwise, E[] choices) throws RouteException {
    Optional<String> text = optional(key);
    if (text.isEmpty()) {
      return otherwise;
    }
    for (E choice : choices) {
      if (word(choice).equals(text.get())) {
        return choice;
      }
    }
    throw wrong(
        key,
        "is '"
            + text.get()
            + "'; give one of "
            + String.join(", ", Arrays.stream(choices).map(RouteProperties::word).toList()));
  }

  /** How a constant is written in a configuration. */
  static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean flag(String key) throws RouteException {
    Optional<String> text = optional(key);
    if (text.isEmpty() || text.get().equals("false")) {
      return false;
    }
    if (text.get().equals("true")) {
      return true;
    }
    throw wrong(key, "is '" + text.get() + "'; give true or false");
  }

  /** A list: an array, a collection, or text with commas. */
  List<String> list(String key) {
    known.add(key);
    Object value = values.get(key);
    List<String> items = new ArrayList<>();
    if (value instanceof Collection<?> collection) {
      collection.forEach(item -> items.add(String.valueOf(item)));
    } else if (value != null && value.getClass().isArray()) {
      for (int i = 0; i < Array.getLength(value); i++) {
        items.add(String.valueOf(Array.get(value, i)));
      }
    } else if (value != null) {
      items.addAll(List.of(value.toString().split(",", -1)));
    }
    return items.stream().map(String::strip).filter(item -> !item.isEmpty()).toList();
  }

  boolean has(String key) {
    return values.get(key) != null;
  }

  /**
   * Refuses keys that nobody has read: a misspelt {@code server.client.ca} must not open a route to
   * everybody.
   */
  void refuseUnknown() throws RouteException {
    for (String key : new TreeSet<>(values.keySet())) {
      if (!known.contains(key) && !isOfTheFramework(key)) {
        throw wrong(key, "is not known; the keys are " + String.join(", ", known));
      }
    }
  }

  /** An error about one key. */
  RouteException wrong(String key, String what) {
    return RouteException.lasting(sentence(key, what));
  }

  /** An error about one key. */
  RouteException wrong(String key, String what, Throwable cause) {
    return RouteException.lasting(sentence(key, what), cause);
  }

  private String sentence(String key, String what) {
    return "Route " + route + ": '" + key + "' " + what + ".";
  }

  private static boolean isOfTheFramework(String key) {
    return key.startsWith("service.")
        || key.startsWith("component.")
        || key.startsWith("felix.")
        || key.startsWith("osgi.ds.")
        || key.startsWith(".")
        || key.startsWith(":");
  }
}
