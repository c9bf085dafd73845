package io.sallyport.examples.mqtt;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured. */
@ObjectClassDefinition(
    id = "io.sallyport.examples.mqtt",
    name = "MQTT with mutual authentication",
    description = "ESP-IDF's example, with a key in hardware.")
@interface MqttSettings {
  @AttributeDefinition(required = false, description = "The broker, mqtts://host:port.")
  String url() default "mqtts://localhost:8883";

  @AttributeDefinition(required = false, description = "PEM file of the broker's authorities.")
  String ca() default "ca.pem";

  @AttributeDefinition(
      required = false,
      description = "The key: a provider, or provider:key, such as ds:0.")
  String key() default "atecc608a";

  @AttributeDefinition(
      required = false,
      description = "PEM file of the certificate; absent: the provider's own.")
  String certificate() default "";

  @AttributeDefinition(
      required = false,
      description = "With ds:KEY_ID: file of the encrypted parameters (esp_ds_data_t).")
  String ds_parameters() default "";
}
