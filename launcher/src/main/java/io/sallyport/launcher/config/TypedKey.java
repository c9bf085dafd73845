package io.sallyport.launcher.config;

import java.lang.reflect.Array;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A key with the type that the Configurator format lets one write after a colon: {@code
 * "size:Integer"}, {@code "names:String[]"}, {@code "names:Collection<String>"}.
 *
 * @param name the key without its type
 * @param type the scalar type, where one is written
 * @param shape whether one value or several are asked for
 */
record TypedKey(String name, Optional<Scalar> type, Shape shape) {
  private static final String COLLECTION = "Collection";

  /** What the type says about the number of values. */
  enum Shape {
    AS_WRITTEN,
    ARRAY,
    COLLECTION
  }

  /** A scalar type of Config Admin, and how it is made of a JSON value. */
  record Scalar(Class<?> type, Function<String, Object> parse) {}

  private static final Map<String, Scalar> SCALARS =
      Map.of(
          "String", new Scalar(String.class, text -> text),
          "Integer", new Scalar(Integer.class, Integer::valueOf),
          "Long", new Scalar(Long.class, Long::valueOf),
          "Float", new Scalar(Float.class, Float::valueOf),
          "Double", new Scalar(Double.class, Double::valueOf),
          "Byte", new Scalar(Byte.class, Byte::valueOf),
          "Short", new Scalar(Short.class, Short::valueOf),
          "Character", new Scalar(Character.class, TypedKey::character),
          "Boolean", new Scalar(Boolean.class, TypedKey::truth));

  /** Splits a key of the file. A colon that no known type follows belongs to the name. */
  static TypedKey parse(String key) {
    int colon = key.lastIndexOf(':');
    if (colon > 0) {
      String name = key.substring(0, colon);
      String type = key.substring(colon + 1);
      if (type.endsWith("[]")) {
        return of(name, type.substring(0, type.length() - 2), Shape.ARRAY, key);
      }
      if (type.equals(COLLECTION)) {
        return new TypedKey(name, Optional.empty(), Shape.COLLECTION);
      }
      if (type.startsWith(COLLECTION + "<") && type.endsWith(">")) {
        return of(
            name,
            type.substring(COLLECTION.length() + 1, type.length() - 1),
            Shape.COLLECTION,
            key);
      }
      return of(name, type, Shape.AS_WRITTEN, key);
    }
    return new TypedKey(key, Optional.empty(), Shape.AS_WRITTEN);
  }

  private static TypedKey of(String name, String type, Shape shape, String key) {
    Optional<Scalar> scalar = Optional.ofNullable(SCALARS.get(type));
    return scalar.isEmpty()
        ? new TypedKey(key, Optional.empty(), Shape.AS_WRITTEN)
        : new TypedKey(name, scalar, shape);
  }

  /** One value. */
  Object single(Object value) {
    return shape == Shape.AS_WRITTEN ? convert(value) : several(List.of(value));
  }

  /** A list of values: a collection where that is written, else an array. */
  Object several(List<Object> values) {
    List<Object> converted = values.stream().map(this::convert).toList();
    if (shape == Shape.COLLECTION) {
      return converted;
    }
    Class<?> component =
        type.<Class<?>>map(Scalar::type)
            .orElseGet(() -> converted.isEmpty() ? String.class : converted.get(0).getClass());
    Object array = Array.newInstance(component, converted.size());
    for (int i = 0; i < converted.size(); i++) {
      if (!component.isInstance(converted.get(i))) {
        throw new IllegalArgumentException("the items of a list must be of one kind.");
      }
      Array.set(array, i, converted.get(i));
    }
    return array;
  }

  private Object convert(Object value) {
    if (type.isEmpty()) {
      return value;
    }
    try {
      return type.get().parse().apply(value.toString());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + value + "' is no " + type.get().type().getSimpleName() + ".", e);
    }
  }

  private static Object character(String text) {
    if (text.length() != 1) {
      throw new IllegalArgumentException("'" + text + "' is no single character.");
    }
    return text.charAt(0);
  }

  private static Object truth(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException("'" + text + "' is neither true nor false.");
    }
    return Boolean.valueOf(text);
  }
}
