package io.sallyport.hw.ds;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The keys of the peripheral's configuration, as Metatype shows them. A method's name is its key,
 * with underscores for dots.
 */
@ObjectClassDefinition(
    name = "Sallyport Digital Signature peripheral",
    description = "RSA keys that exist only as encrypted parameters of Espressif's chips.")
@interface DsConfiguration {
  @AttributeDefinition(
      required = false,
      description = "The chip that the parameters were made for.",
      options = {
        @Option("esp32s2"),
        @Option("esp32s3"),
        @Option("esp32p4"),
        @Option("esp32s31"),
        @Option("esp32c3"),
        @Option("esp32c5"),
        @Option("esp32c6"),
        @Option("esp32h2"),
        @Option("esp32h21")
      })
  String chip() default "esp32s3";

  @AttributeDefinition(description = "File of the HMAC key in the eFuses, 32 bytes.")
  String hmac_key_file();

  @AttributeDefinition(required = false, description = "Which eFuse key it is, 0 to 5.")
  int key_id() default 0;

  @AttributeDefinition(
      required = false,
      description =
          "File of the default key's encrypted parameters (esp_ds_data_t); without it, connections"
              + " bring theirs.")
  String parameters_file() default "";

  @AttributeDefinition(
      required = false,
      description = "PEM file of the default key's certificates, leaf first.")
  String certificate() default "";

  @AttributeDefinition(
      required = false,
      description = "How many operations may wait for the device; more are refused.")
  int queue_limit() default 64;

  @AttributeDefinition(
      required = false,
      description = "Time from an operation's call to its result, in milliseconds.")
  long queue_deadline_ms() default 5000;
}
