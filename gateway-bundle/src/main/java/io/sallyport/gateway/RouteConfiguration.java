package io.sallyport.gateway;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The keys of a route, as Metatype shows them. A method's name is its key, with underscores for
 * dots. {@link RouteSettings} reads them.
 */
@ObjectClassDefinition(
    name = "Sallyport gateway route",
    description = "A listening socket, and where its connections lead.")
@interface RouteConfiguration {
  @AttributeDefinition(
      description = "terminate: TLS in, plain out; originate: plain in, TLS out; bridge: TLS both.",
      options = {@Option("terminate"), @Option("originate"), @Option("bridge")})
  String mode();

  @AttributeDefinition(description = "Address to listen on, host:port; port 0 for any free one.")
  String listen();

  @AttributeDefinition(description = "Where connections lead, host:port.")
  String target();

  @AttributeDefinition(required = false, description = "PEM file of the certificate chain.")
  String server_certificate();

  @AttributeDefinition(required = false, description = "File of the private key.")
  String server_key();

  @AttributeDefinition(required = false, description = "File of the private key's password.")
  String server_key_password_file();

  @AttributeDefinition(
      required = false,
      description =
          "Instead of a key file: provider of a hardware key, or provider:key, such as atecc608a,"
              + " pkcs11:device, ds:0, ecdsa:4.")
  String server_hardware_key();

  @AttributeDefinition(
      required = false,
      description = "With ds:KEY_ID: file of the encrypted parameters (esp_ds_data_t).")
  String server_ds_parameters();

  @AttributeDefinition(
      required = false,
      description = "PEM file of authorities; with it, clients must show a certificate of theirs.")
  String server_client_ca();

  @AttributeDefinition(
      required = false,
      description =
          "Clients must show a certificate that the global CA store has the authority of.")
  boolean server_client_global_ca() default false;

  @AttributeDefinition(
      required = false,
      description = "PEM files, each a further certificate chain with its key; chosen by SNI.")
  String[] server_sni_certificates();

  @AttributeDefinition(
      required = false,
      description = "File of pre-shared keys instead of certificates, lines identity:hexadecimal.")
  String server_psk_file();

  @AttributeDefinition(
      required = false,
      description = "Whether clients may resume sessions; auto: as the stack does by itself.",
      options = {@Option("auto"), @Option("on"), @Option("off")})
  String server_session_tickets() default "auto";

  @AttributeDefinition(required = false, description = "For how long, in seconds.")
  long server_session_ticket_lifetime_s() default 86400;

  @AttributeDefinition(required = false, description = "The only key-exchange groups allowed.")
  String[] server_groups();

  @AttributeDefinition(
      required = false,
      description = "Debugging: file for the secrets of connections; needs insecure.mode.")
  String server_key_log_file();

  @AttributeDefinition(required = false, description = "ALPN protocols, most preferred first.")
  String[] server_alpn();

  @AttributeDefinition(required = false, description = "The only cipher suites that are allowed.")
  String[] server_cipher_suites();

  @AttributeDefinition(
      required = false,
      options = {@Option("any"), @Option("1.2"), @Option("1.3")})
  String server_tls_version() default "any";

  @AttributeDefinition(required = false, description = "Time for a client's handshake, in ms.")
  long server_handshake_timeout_ms() default 10000;

  @AttributeDefinition(required = false, description = "PEM file of authorities for the target.")
  String client_ca();

  @AttributeDefinition(
      required = false,
      description =
          "By what the target is verified: file (client.ca), bundle (client.bundle), platform,"
              + " global, psk (client.psk.*); insecure: not at all, needs insecure.mode.",
      options = {
        @Option("file"),
        @Option("bundle"),
        @Option("platform"),
        @Option("global"),
        @Option("psk"),
        @Option("insecure")
      })
  String client_trust() default "file";

  @AttributeDefinition(
      required = false,
      description = "File of roots in the ESP x509 bundle format, or PEM.")
  String client_bundle();

  @AttributeDefinition(required = false, description = "Identity of the pre-shared key.")
  String client_psk_identity();

  @AttributeDefinition(required = false, description = "File of the pre-shared key, hexadecimal.")
  String client_psk_key_file();

  @AttributeDefinition(
      required = false,
      description = "Whether the target's stapled OCSP response is verified.",
      options = {@Option("none"), @Option("stapled-if-sent"), @Option("stapled-required")})
  String client_revocation() default "none";

  @AttributeDefinition(required = false, description = "Resume the newest session.")
  boolean client_session_resumption() default false;

  @AttributeDefinition(required = false, description = "The only key-exchange groups to offer.")
  String[] client_groups();

  @AttributeDefinition(
      required = false,
      description = "Debugging: file for the secrets of connections; needs insecure.mode.")
  String client_key_log_file();

  @AttributeDefinition(
      required = false,
      description = "Name to verify and to send instead of the target's host.")
  String client_name();

  @AttributeDefinition(required = false, description = "Do not check the target's name.")
  boolean client_skip_common_name() default false;

  @AttributeDefinition(required = false, description = "PEM file of the own certificate chain.")
  String client_certificate();

  @AttributeDefinition(required = false, description = "File of the own private key.")
  String client_key();

  @AttributeDefinition(required = false, description = "File of the own private key's password.")
  String client_key_password_file();

  @AttributeDefinition(
      required = false,
      description =
          "Instead of a key file: provider of a hardware key, or provider:key, such as atecc608a,"
              + " pkcs11:device, ds:0, ecdsa:4.")
  String client_hardware_key();

  @AttributeDefinition(
      required = false,
      description = "With ds:KEY_ID: file of the encrypted parameters (esp_ds_data_t).")
  String client_ds_parameters();

  @AttributeDefinition(required = false, description = "ALPN protocols to offer.")
  String[] client_alpn();

  @AttributeDefinition(required = false, description = "The only cipher suites to offer.")
  String[] client_cipher_suites();

  @AttributeDefinition(
      required = false,
      options = {@Option("any"), @Option("1.2"), @Option("1.3")})
  String client_tls_version() default "any";

  @AttributeDefinition(
      required = false,
      description = "Time for the connection to the target, its handshake included, in ms.")
  long client_timeout_ms() default 10000;

  @AttributeDefinition(
      required = false,
      description = "Time without a byte after which a connection is ended, in ms; 0 for none.")
  long idle_timeout_ms() default 300000;

  @AttributeDefinition(
      required = false,
      type = AttributeType.INTEGER,
      description = "Connections that may be open at once.")
  int max_connections() default 10000;

  @AttributeDefinition(
      required = false,
      type = AttributeType.INTEGER,
      description = "Connections that may wait in the kernel to be accepted.")
  int backlog() default 1024;
}
