package io.sallyport.examples.httpsrequest;

import io.sallyport.tls.CertificateBundle;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Credentials;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.Tls;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * Requests a page over HTTPS once for each way to verify the server, and twice more to resume a
 * session. ESP-TLS: {@code examples/protocols/https_request}.
 *
 * <p>Configured by the keys {@code url}, {@code ca} and {@code bundle}; relative paths are relative
 * to the configuration folder.
 */
@Component(
    configurationPid = "io.sallyport.examples.httpsrequest",
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    service = {})
public final class HttpsRequest {
  private static final Pattern CONTENT_LENGTH =
      Pattern.compile(
          "^content-length: *(\\d{1,18})", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
  private static final int DEFAULT_PORT = 443;
  private static final int STACK_WAIT_MS = 20_000;
  private static final int STEP_MS = 50;

  private final Tls tls;
  private final Logger log;
  private final URI url;
  private final Path ca;
  private final Optional<Path> bundle;
  private final Thread thread;
  private volatile Optional<TlsConnection> open = Optional.empty();
  private volatile boolean stopped;

  /** Begins the requests, on a thread of their own: an activation must not wait for a network. */
  @Activate
  public HttpsRequest(
      @Reference Tls tls,
      @Reference(service = LoggerFactory.class) Logger log,
      BundleContext context,
      Map<String, Object> properties) {
    Path base =
        Path.of(Optional.ofNullable(context.getProperty("sallyport.config.dir")).orElse(""));
    this.tls = tls;
    this.log = log;
    this.url = URI.create(String.valueOf(properties.get("url")));
    this.ca = base.resolve(String.valueOf(properties.get("ca")));
    this.bundle =
        Optional.ofNullable(properties.get("bundle")).map(file -> base.resolve(file.toString()));
    this.thread = new Thread(this::run, "https-request");
    thread.start();
  }

  /** Ends the requests. Any thread may close a connection. */
  @Deactivate
  void stop() throws InterruptedException {
    stopped = true;
    thread.interrupt();
    open.ifPresent(TlsConnection::close);
    thread.join();
  }

  private void run() {
    try {
      awaitStack();
      log.info("Start https_request example");
      int answered = requests();
      log.info("Finish https_request example: {} of 5 requests were answered.", answered);
    } catch (InterruptedException e) {
      log.info("The https_request example was stopped.");
    } catch (IOException e) {
      log.error("The https_request example cannot go on: {}", e.toString());
    }
  }

  /** As a device waits for its network: the stacks of a platform that starts are proved first. */
  private void awaitStack() throws InterruptedException {
    for (int waited = 0;
        tls.cipherSuites().isEmpty() && waited < STACK_WAIT_MS;
        waited += STEP_MS) {
      Thread.sleep(STEP_MS);
    }
  }

  private int requests() throws IOException {
    Credentials credentials = tls.credentials();
    byte[] pem = Files.readAllBytes(ca);
    List<X509Certificate> authorities = credentials.certificates(pem);
    int answered = 0;

    ClientConfig byBundle = ClientConfig.builder().bundle(roots(credentials)).build();
    answered += request("a certificate bundle", byBundle);

    ClientConfig byAuthorities = ClientConfig.builder().authorities(authorities).build();
    answered += request("the CA certificates", byAuthorities);

    // The store is the whole platform's: only who has filled it may empty it.
    boolean own = tls.caStore().certificates().isEmpty();
    int unreadable = tls.caStore().add(pem);
    log.info("The global CA store took the file; {} certificates were not readable.", unreadable);
    answered += request("the global CA store", ClientConfig.builder().globalCaStore().build());
    if (own) {
      tls.caStore().clear();
    }

    // A session resumes under its own configuration only.
    ClientConfig keeping = ClientConfig.builder().authorities(authorities).sessions().build();
    Optional<ClientSession> saved = Optional.empty();
    try (TlsConnection first = connect("a session to be saved", keeping, Optional.empty())) {
      answered += exchange(first);
      // Not before the answer was read: in TLS 1.3 the ticket comes after the handshake.
      saved = first.clientSession();
      log.info("The server offered {} session to resume.", saved.isPresent() ? "a" : "no");
    } catch (TlsException e) {
      explain(e);
    }
    if (saved.isPresent()) {
      try (ClientSession session = saved.get();
          TlsConnection next = connect("the saved session", keeping, Optional.of(session))) {
        answered += exchange(next);
      } catch (TlsException e) {
        explain(e);
      }
    }
    return answered;
  }

  private CertificateBundle roots(Credentials credentials) throws IOException {
    return bundle.isPresent()
        ? credentials.certificateBundle(Files.readAllBytes(bundle.get()))
        : CertificateBundle.ofCertificates(credentials.platformRoots());
  }

  /**
   * One request.
   *
   * @return 1 when it was answered, else 0
   */
  private int request(String what, ClientConfig config) {
    try (TlsConnection connection = connect(what, config, Optional.empty())) {
      return exchange(connection);
    } catch (TlsException e) {
      explain(e);
      return 0;
    }
  }

  private TlsConnection connect(String what, ClientConfig config, Optional<ClientSession> session)
      throws TlsException {
    log.info("https_request using {}", what);
    int port = url.getPort() < 0 ? DEFAULT_PORT : url.getPort();
    TlsConnection connection =
        session.isPresent()
            ? tls.connect(url.getHost(), port, config, session.get())
            : tls.connect(url, config);
    open = Optional.of(connection);
    if (stopped) {
      connection.close();
    }
    SessionInfo agreed = connection.session();
    log.info(
        "Connection established by {}: {}, {}, resumed: {}",
        agreed.stack(),
        agreed.version().protocol(),
        agreed.cipherSuite().map(Object::toString).orElse("unknown suite"),
        agreed.resumed());
    return connection;
  }

  private int exchange(TlsConnection connection) throws TlsException {
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String request =
        "GET "
            + (path + query)
            + " HTTP/1.1\r\nHost: "
            + url.getRawAuthority()
            + "\r\nUser-Agent: sallyport\r\nConnection: close\r\n\r\n";
    // A blocking connection takes every byte.
    int written = connection.write(StandardCharsets.US_ASCII.encode(request));
    log.info("{} bytes written, reading HTTP response...", written);
    ByteArrayOutputStream response = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(512);
    while (!isComplete(response.toString(StandardCharsets.ISO_8859_1))
        && connection.read(buffer) != TlsHandle.END) {
      response.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }
    String text = response.toString(StandardCharsets.UTF_8);
    log.info("{} bytes read: {}", response.size(), text.lines().findFirst().orElse(""));
    log.debug("{}", text);
    return text.matches("(?s)HTTP/1\\.[01] 200 .*") ? 1 : 0;
  }

  /**
   * Whether as many bytes have come as were announced. Without that, only the server's close_notify
   * tells the end, and {@code read} throws TCP_CLOSED_FIN where it is missing.
   */
  private static boolean isComplete(String response) {
    int head = response.indexOf("\r\n\r\n");
    Matcher length = CONTENT_LENGTH.matcher(response.substring(0, Math.max(head, 0)));
    return length.find() && response.length() >= head + 4 + Long.parseLong(length.group(1));
  }

  /** What {@code esp_tls_get_and_clear_last_error} would tell. */
  private void explain(TlsException e) {
    log.error(
        "Connection failed: {} [{} {}]",
        String.valueOf(e.getMessage()),
        e.code(),
        e.verificationFlags());
  }
}
