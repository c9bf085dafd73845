package io.sallyport.hw.ecdsa;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The keys of the peripheral's configuration, as Metatype shows them. A method's name is its key,
 * with underscores for dots.
 */
@ObjectClassDefinition(
    name = "Sallyport ECDSA peripheral",
    description = "Keys in the eFuse blocks of Espressif's chips.")
@interface EcdsaConfiguration {
  @AttributeDefinition(
      required = false,
      description = "The chip, as in 'espefuse --chip'.",
      options = {
        @Option("esp32h2"),
        @Option("esp32c5"),
        @Option("esp32p4"),
        @Option("esp32p4-rev1")
      })
  String chip() default "esp32h2";

  @AttributeDefinition(description = "Virtual eFuse file, as 'espefuse --virt' makes it.")
  String efuse_file();

  @AttributeDefinition(
      required = false,
      description =
          "eFuse block of the default key, 4 (KEY0) to 9 (KEY5); of its low half for P-384. 0: no"
              + " default key, connections name theirs.")
  int block() default 0;

  @AttributeDefinition(
      required = false,
      description = "eFuse block of a P-384 key's high half, 4 to 9. 0: none.")
  int block_high() default 0;

  @AttributeDefinition(
      required = false,
      description = "Curve of the default key.",
      options = {@Option("P-256"), @Option("P-384")})
  String curve() default "P-256";

  @AttributeDefinition(
      required = false,
      description = "PEM file of the default key's certificates, leaf first.")
  String certificate() default "";

  @AttributeDefinition(
      required = false,
      description =
          "Secret numbers of signatures. random: the chip's default; deterministic: RFC 6979, which"
              + " an ESP32-H2 with ECDSA_FORCE_USE_HARDWARE_K burnt refuses.",
      options = {@Option("random"), @Option("deterministic")})
  String nonce() default "random";

  @AttributeDefinition(
      required = false,
      description =
          "Cipher suites to offer with the keys. documented: AES-128-GCM-SHA256 (TLS 1.3) and"
              + " ECDHE-ECDSA-AES128-GCM-SHA256 (1.2), as ESP-TLS does; any: no restriction.",
      options = {@Option("documented"), @Option("any")})
  String suites() default "documented";

  @AttributeDefinition(
      required = false,
      description = "How many operations may wait for the device; more are refused.")
  int queue_limit() default 64;

  @AttributeDefinition(
      required = false,
      description = "Time from an operation's call to its result, in milliseconds.")
  long queue_deadline_ms() default 5000;
}
