package io.sallyport.hw.atecc608a;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The keys of the secure element's configuration, as Metatype shows them. A method's name is its
 * key, with underscores for dots.
 */
@ObjectClassDefinition(
    name = "Sallyport secure element",
    description = "Microchip's ATECC608A, or its simulator.")
@interface Atecc608aConfiguration {
  @AttributeDefinition(
      required = false,
      description =
          "The way to the chip: simulator (an embedded one), kit-tcp or kit-serial (Microchip's kit"
              + " protocol), i2c.",
      options = {@Option("simulator"), @Option("kit-tcp"), @Option("kit-serial"), @Option("i2c")})
  String transport() default "simulator";

  @AttributeDefinition(
      required = false,
      description =
          "With kit-tcp: host:port of the kit. With kit-serial: its line, such as /dev/ttyACM0. With"
              + " i2c: the bus, such as /dev/i2c-1.")
  String address() default "";

  @AttributeDefinition(
      required = false,
      description =
          "The chip's address on its bus, hexadecimal in eight bits, such as 6A; absent: the first"
              + " ATECC608.")
  String i2c_address() default "";

  @AttributeDefinition(required = false, description = "Slot of the default key, 0 to 15.")
  int slot() default 0;

  @AttributeDefinition(
      required = false,
      description = "PEM file of the default key's certificates, leaf first.")
  String certificate() default "";

  @AttributeDefinition(
      required = false,
      description = "With simulator: file of the chip's state; it holds private keys.")
  String simulator_state() default "atecc608a.state";

  @AttributeDefinition(
      required = false,
      description = "With simulator: how a new chip leaves its maker.",
      options = {@Option("trust-and-go"), @Option("trustflex"), @Option("trustcustom")})
  String simulator_layout() default "trust-and-go";

  @AttributeDefinition(
      required = false,
      description = "How many operations may wait for the device; more are refused.")
  int queue_limit() default 64;

  @AttributeDefinition(
      required = false,
      description = "Time from an operation's call to its result, in milliseconds.")
  long queue_deadline_ms() default 5000;
}
