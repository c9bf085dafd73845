package io.sallyport.gateway;

import io.sallyport.tls.CertificateBundle;
import io.sallyport.tls.CertificateSelector;
import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSessionListener;
import io.sallyport.tls.Credentials;
import io.sallyport.tls.Identity;
import io.sallyport.tls.KeyLog;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Makes TLS configurations from a route's settings: reads the files they name. */
final class TlsConfigs {
  private final RouteSettings settings;
  private final Credentials credentials;
  private final Path base;
  private final SecretFiles secrets;

  /**
   * @param base what relative paths are relative to
   */
  TlsConfigs(RouteSettings settings, Credentials credentials, Path base) {
    this.settings = settings;
    this.credentials = credentials;
    this.base = base;
    this.secrets = new SecretFiles(settings.name());
  }

  /** TLS towards clients. */
  ServerConfig server() throws RouteException {
    ServerTls server = settings.server();
    TlsKeys keys = server.keys();
    ServerConfig.Builder builder = ServerConfig.builder();
    Optional<Identity> own = identity(keys);
    own.ifPresent(builder::identity);
    Optional<KeyReference> hardwareKey = hardwareKey(keys);
    hardwareKey.ifPresent(builder::hardwareKey);
    List<Identity> more = new ArrayList<>(own.stream().toList());
    for (String file : server.moreCertificates()) {
      more.add(identity("server.sni.certificates", file));
    }
    if (more.size() > own.stream().count()) {
      builder.certificateSelector(CertificateSelector.byServerName(more));
    }
    if (server.pskFile().isPresent()) {
      builder.preSharedKeys(
          secrets.keysOf("server.psk.file", read("server.psk.file", server.pskFile().get())));
    }
    if (server.clientAuthorities().isPresent()) {
      builder.clientAuthorities(certificates("server.client.ca", server.clientAuthorities().get()));
    }
    if (server.clientGlobalStore()) {
      builder.clientGlobalCaStore();
    }
    server.tickets().ifPresent(builder::sessionTickets);
    keyLog(keys).ifPresent(builder::insecureKeyLog);
    List<CipherSuite> suites = suites(keys);
    List<NamedGroup> groups = groups(keys);
    try {
      return builder
          .alpn(keys.alpn())
          .cipherSuites(suites)
          .groups(groups)
          .version(keys.version())
          .timeout(Duration.ofMillis(keys.timeoutMs()))
          .build();
    } catch (TlsException e) {
      throw wrong("server.*", e);
    }
  }

  /**
   * TLS towards the target.
   *
   * @param sessions told of each new session, where they are to be resumed
   */
  ClientConfig client(ClientSessionListener sessions) throws RouteException {
    ClientTls client = settings.client();
    TlsKeys keys = client.keys();
    ClientConfig.Builder builder = ClientConfig.builder();
    identity(keys).ifPresent(builder::identity);
    Optional<KeyReference> hardwareKey = hardwareKey(keys);
    hardwareKey.ifPresent(builder::hardwareKey);
    trust(builder, client);
    if (client.skipCommonName()) {
      builder.skipCommonName();
    }
    if (client.resumption()) {
      builder.sessions(sessions);
    }
    keyLog(keys).ifPresent(builder::insecureKeyLog);
    List<CipherSuite> suites = suites(keys);
    List<NamedGroup> groups = groups(keys);
    try {
      if (client.name().isPresent()) {
        builder.commonName(client.name().get());
      }
      return builder
          .revocation(client.revocation())
          .alpn(keys.alpn())
          .cipherSuites(suites)
          .groups(groups)
          .version(keys.version())
          .timeout(Duration.ofMillis(keys.timeoutMs()))
          .build();
    } catch (TlsException e) {
      throw wrong("client.*", e);
    }
  }

  private void trust(ClientConfig.Builder builder, ClientTls client) throws RouteException {
    switch (client.trust()) {
      case FILE ->
          builder.authorities(certificates("client.ca", client.authorities().orElseThrow()));
      case BUNDLE -> builder.bundle(bundle(client.bundle().orElseThrow()));
      case GLOBAL -> builder.globalCaStore();
      case PLATFORM -> {
        try {
          builder.bundle(credentials.platformRoots());
        } catch (TlsException e) {
          throw wrong("client.trust", e);
        }
      }
      case PSK -> {
        String file = client.pskKeyFile().orElseThrow();
        builder.preSharedKey(
            secrets.key(
                "client.psk.key.file",
                client.pskIdentity().orElseThrow(),
                read("client.psk.key.file", file)));
      }
      case INSECURE -> builder.insecureSkipVerification();
    }
  }

  private CertificateBundle bundle(String file) throws RouteException {
    byte[] bytes = read("client.bundle", file);
    try {
      return credentials.certificateBundle(bytes);
    } catch (TlsException e) {
      throw wrong("client.bundle", file, e);
    }
  }

  private Optional<KeyLog> keyLog(TlsKeys keys) throws RouteException {
    if (keys.keyLogFile().isEmpty()) {
      return Optional.empty();
    }
    String key = keys.prefix() + "key.log.file";
    try {
      return Optional.of(KeyLogFile.open(path(key, keys.keyLogFile().get())));
    } catch (IOException e) {
      throw RouteException.lasting(
          start(key)
              + keys.keyLogFile().get()
              + " cannot be written ("
              + e.getMessage()
              + "); give a file in a folder that may be written to.",
          e);
    }
  }

  /** A certificate chain and its key in one file. */
  private Identity identity(String key, String file) throws RouteException {
    List<X509Certificate> chain = certificates(key, file);
    byte[] bytes = read(key, file);
    try {
      return Identity.of(chain, credentials.privateKey(bytes, new char[0]));
    } catch (TlsException e) {
      throw wrong(key, file, e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private Optional<Identity> identity(TlsKeys keys) throws RouteException {
    if (keys.certificate().isEmpty() || keys.key().isEmpty()) {
      return Optional.empty();
    }
    List<X509Certificate> chain =
        certificates(keys.prefix() + "certificate", keys.certificate().get());
    PrivateKey key = privateKey(keys, keys.key().get());
    try {
      return Optional.of(Identity.of(chain, key));
    } catch (TlsException e) {
      throw wrong(keys.prefix() + "key", keys.key().get(), e);
    }
  }

  private Optional<KeyReference> hardwareKey(TlsKeys keys) throws RouteException {
    if (keys.hardwareKey().isEmpty()) {
      return Optional.empty();
    }
    KeyReference reference = keys.hardwareKey().get();
    if (keys.dsParameters().isPresent()) {
      byte[] data = read(keys.prefix() + "ds.parameters", keys.dsParameters().get());
      reference = reference.withParameters(data);
    }
    if (keys.certificate().isPresent()) {
      reference =
          reference.withCertificates(
              certificates(keys.prefix() + "certificate", keys.certificate().get()));
    }
    return Optional.of(reference);
  }

  private PrivateKey privateKey(TlsKeys keys, String file) throws RouteException {
    char[] password =
        keys.passwordFile().isPresent()
            ? password(keys.prefix() + "key.password.file", keys.passwordFile().get())
            : new char[0];
    byte[] bytes = new byte[0];
    try {
      bytes = read(keys.prefix() + "key", file);
      return credentials.privateKey(bytes, password);
    } catch (TlsException e) {
      throw wrong(keys.prefix() + "key", file, e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(password, '\0');
    }
  }

  private char[] password(String key, String file) throws RouteException {
    byte[] bytes = read(key, file);
    CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
    Arrays.fill(bytes, (byte) 0);
    while (text.hasRemaining() && isLineEnd(text.get(text.limit() - 1))) {
      text.limit(text.limit() - 1);
    }
    char[] password = new char[text.remaining()];
    text.get(password);
    Arrays.fill(text.array(), '\0');
    return password;
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }

  private List<X509Certificate> certificates(String key, String file) throws RouteException {
    byte[] bytes = read(key, file);
    try {
      return credentials.certificates(bytes);
    } catch (TlsException e) {
      throw wrong(key, file, e);
    }
  }

  private List<CipherSuite> suites(TlsKeys keys) throws RouteException {
    List<CipherSuite> suites = new ArrayList<>();
    for (String text : keys.cipherSuites()) {
      try {
        suites.add(CipherSuite.parse(text));
      } catch (TlsException e) {
        throw wrong(keys.prefix() + "cipher.suites", e);
      }
    }
    return suites;
  }

  private List<NamedGroup> groups(TlsKeys keys) throws RouteException {
    List<NamedGroup> groups = new ArrayList<>();
    for (String text : keys.groups()) {
      try {
        groups.add(NamedGroup.parse(text));
      } catch (TlsException e) {
        throw wrong(keys.prefix() + "groups", e);
      }
    }
    return groups;
  }

  private Path path(String key, String file) throws RouteException {
    try {
      return base.resolve(file).normalize();
    } catch (InvalidPathException e) {
      throw RouteException.lasting(start(key) + "'" + file + "' is not a path.", e);
    }
  }

  private byte[] read(String key, String file) throws RouteException {
    Path path = path(key, file);
    try {
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw RouteException.lasting(
          start(key) + path + " does not exist; create it or correct the path.", e);
    } catch (AccessDeniedException e) {
      throw RouteException.lasting(
          start(key) + path + " cannot be read by this user; change its permissions.", e);
    } catch (IOException e) {
      throw RouteException.lasting(
          start(key) + path + " cannot be read (" + e.getMessage() + "); give a readable file.", e);
    }
  }

  private RouteException wrong(String key, TlsException cause) {
    return RouteException.lasting(start(key) + cause.getMessage(), cause);
  }

  private RouteException wrong(String key, String file, TlsException cause) {
    return RouteException.lasting(start(key) + file + ": " + cause.getMessage(), cause);
  }

  private String start(String key) {
    return "Route " + settings.name() + ": '" + key + "': ";
  }
}
