package io.sallyport.launcher.command;

import io.sallyport.launcher.demo.KeyChoice;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a provider of hardware keys. */
final class KeyChoiceConverter implements ITypeConverter<KeyChoice> {
  @Override
  public KeyChoice convert(String text) {
    return Arrays.stream(KeyChoice.values())
        .filter(choice -> choice.toString().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + text
                        + "' is no provider of hardware keys; give one of "
                        + Arrays.stream(KeyChoice.values())
                            .map(KeyChoice::toString)
                            .collect(Collectors.joining(", "))));
  }
}
