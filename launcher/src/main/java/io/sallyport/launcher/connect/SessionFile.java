package io.sallyport.launcher.connect;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.ClientSessions;
import io.sallyport.tls.Tls;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;

/** Keeps the newest session of a connection in a file, sealed, for the next run. */
public final class SessionFile {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Path file;
  private final byte[] key;

  /**
   * Names the file.
   *
   * @param key {@value ClientSessions#KEY_BYTES} secret bytes; the caller wipes them
   */
  public SessionFile(Path file, byte[] key) {
    this.file = file;
    this.key = key.clone();
  }

  /**
   * The session of an earlier run.
   *
   * @return empty where there is no file yet
   * @throws TlsException when the file does not open with the key
   * @throws IOException when it cannot be read
   */
  public Optional<ClientSession> load(Tls tls) throws IOException {
    return Files.exists(file)
        ? Optional.of(tls.clientSessions().unseal(Files.readAllBytes(file), key))
        : Optional.empty();
  }

  /**
   * Keeps the newest session; waits a moment for one that has not come yet, because in TLS 1.3 it
   * comes after the handshake.
   *
   * @return what came of it, in words
   * @throws IOException when the file cannot be written
   */
  public String save(Tls tls, TlsConnection connection) throws IOException {
    awaitSession(connection);
    Optional<ClientSession> newest = connection.clientSession();
    if (newest.isEmpty()) {
      return "the server offered no new one";
    }
    try (ClientSession session = newest.get()) {
      write(tls.clientSessions().seal(session, key));
      return "kept in '" + file + "'";
    } catch (TlsException e) {
      return "not kept: " + e.getMessage();
    }
  }

  private static void awaitSession(TlsConnection connection) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (Selector selector = Selector.open()) {
      connection.channel().orElseThrow().register(selector, SelectionKey.OP_READ);
      while (connection.clientSession().isEmpty() && System.nanoTime() < deadline) {
        selector.select(PATIENCE.toMillis() / 10);
        selector.selectedKeys().clear();
        connection.read(ByteBuffer.allocate(0)); // Takes tickets in, and no data.
      }
    } catch (TlsException e) {
      // The connection has ended; what came before that counts.
    }
  }

  private void write(byte[] sealed) throws IOException {
    Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".session", null);
    Files.write(fresh, sealed); // A temporary file is its owner's only.
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
