package io.sallyport.examples.firedrill;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the fire drill. */
@ObjectClassDefinition(
    name = "Fire drill",
    description = "A TLS stack that fails when it is told to.")
@interface FireDrillSettings {
  /** Property {@code fault}. */
  @AttributeDefinition(
      name = "Fault",
      description = "none, proof, handshake, throw, nonsense or block.")
  String fault() default "none";
}
