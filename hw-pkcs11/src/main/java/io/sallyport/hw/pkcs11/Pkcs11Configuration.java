package io.sallyport.hw.pkcs11;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The keys of a configuration, as Metatype shows them. A method's name is its key, with underscores
 * for dots. {@link Settings} reads them.
 */
@ObjectClassDefinition(
    name = "Sallyport PKCS#11 keys",
    description = "A token (smart card, TPM, security module) whose private keys TLS uses.")
@interface Pkcs11Configuration {
  @AttributeDefinition(description = "The token's PKCS#11 module, a shared library.")
  String library();

  @AttributeDefinition(
      required = false,
      description = "Label of the token; absent, with slot absent too: the only token there is.")
  String token_label();

  @AttributeDefinition(
      required = false,
      type = AttributeType.LONG,
      description = "Number of the slot that the token is in, instead of its label.")
  long slot();

  @AttributeDefinition(required = false, description = "File with the user's PIN in one line.")
  String pin_file();

  @AttributeDefinition(
      required = false,
      description = "Environment variable with the user's PIN, instead of the file.")
  String pin_env();

  @AttributeDefinition(
      required = false,
      description = "Label of the default key; absent, with key.id absent too: the only key.")
  String key_label();

  @AttributeDefinition(
      required = false,
      description = "Id (CKA_ID) of the default key in hexadecimal, instead of its label.")
  String key_id();

  @AttributeDefinition(
      required = false,
      description = "PEM file of the default key's certificate chain; absent: from the token.")
  String certificate();

  @AttributeDefinition(
      required = false,
      type = AttributeType.INTEGER,
      description = "Operations that may wait for the token.")
  int queue_limit() default 64;

  @AttributeDefinition(
      required = false,
      description = "Time for an operation, waiting included, in ms.")
  long queue_deadline_ms() default 10000;
}
