package io.sallyport.itest;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** A web server behind a gateway: "/" is a greeting, "/N" are N bytes of {@link Stream64}. */
final class HttpBackend implements AutoCloseable {
  static final String GREETING = "Hello from the backend.";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private HttpBackend(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath().substring(1);
          try (OutputStream body = exchange.getResponseBody()) {
            if (path.matches("\\d+")) {
              long bytes = Long.parseLong(path);
              exchange.sendResponseHeaders(200, bytes);
              Stream64.forDownload().send(body, bytes);
            } else {
              exchange.sendResponseHeaders(200, GREETING.length());
              body.write(GREETING.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            }
          } catch (GeneralSecurityException e) {
            throw new IOException(e);
          }
        });
    server.start();
  }

  static HttpBackend plain() throws IOException {
    return new HttpBackend(HttpServer.create(anyPort(), 0));
  }

  static HttpBackend secure(SSLContext context) throws IOException {
    HttpsServer server = HttpsServer.create(anyPort(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new HttpBackend(server);
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
