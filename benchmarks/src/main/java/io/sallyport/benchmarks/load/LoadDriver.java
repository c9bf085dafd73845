package io.sallyport.benchmarks.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client side of every measurement, a process of its own. One load at a time. Commands:
 *
 * <ul>
 *   <li>{@code await PORT MILLIS}: wait until a handshake succeeds; answers protocol and suite
 *   <li>{@code handshakes PORT CLIENTS}, {@code receive PORT CONNECTIONS}, {@code send PORT
 *       CONNECTIONS}, {@code idle PORT CONNECTIONS}: begin a load (send and receive as seen from
 *       here)
 *   <li>{@code mixed PORT PER_SECOND LASTING}: begin a load of many kinds of connections, see
 *       {@link MixedLoad}; without lasting ones there is no bulk
 *   <li>{@code label NAME}: count its handshakes under another name from now on
 *   <li>{@code account}: all that it has counted
 *   <li>{@code samples FILE}: write how long each handshake took, and under which name
 *   <li>{@code count}: answers what the load has done and how often it failed, and the last failure
 *   <li>{@code stop}: end the load
 * </ul>
 */
public final class LoadDriver {

  private final TlsClient client;
  private @Nullable Load load;
  private @Nullable MixedLoad mixed;

  private LoadDriver(TlsClient client) {
    this.client = client;
  }

  public static void main(String[] args) throws IOException {
    try (TlsClient client = new TlsClient()) {
      LoadDriver driver = new LoadDriver(client);
      System.out.println("ok ready");
      new ControlLoop(driver::execute).run();
    }
  }

  private String execute(String command, List<String> arguments) throws Exception {
    switch (command) {
      case "await" -> {
        return new FirstHandshake(client, number(arguments, 0)).await(number(arguments, 1));
      }
      case "count" -> {
        Load current = load;
        return current == null
            ? "0 0 none"
            : current.done() + " " + current.failed() + " " + current.lastFailure();
      }
      case "mixed" -> {
        stop();
        MixedLoad begun =
            new MixedLoad(client, number(arguments, 0), number(arguments, 1), number(arguments, 2));
        mixed = begun;
        load = begun;
        return "";
      }
      case "label" -> {
        mixed().label(arguments.get(0));
        return "";
      }
      case "account" -> {
        return mixed().account();
      }
      case "samples" -> {
        mixed().samples().write(Path.of(arguments.get(0)));
        return "";
      }
      case "stop" -> {
        stop();
        return "";
      }
      default -> {
        stop();
        load = begin(command, number(arguments, 0), number(arguments, 1));
        return "";
      }
    }
  }

  /** The last mixed load; what it counted stays known after its end. */
  private MixedLoad mixed() {
    MixedLoad known = mixed;
    if (known == null) {
      throw new IllegalStateException("There was no mixed load yet.");
    }
    return known;
  }

  private Load begin(String command, int port, int connections) {
    return switch (command) {
      case "handshakes" -> new HandshakeLoad(client, port, connections);
      case "receive" -> new BulkLoad(client, port, connections, Backend.SOURCE);
      case "send" -> new BulkLoad(client, port, connections, Backend.SINK);
      case "idle" -> new IdleLoad(client, port, connections);
      default -> throw new IllegalArgumentException("Unknown command " + command);
    };
  }

  private void stop() throws Exception {
    Load current = load;
    load = null;
    if (current != null) {
      current.stop();
    }
  }

  private static int number(List<String> arguments, int index) {
    return Integer.parseInt(arguments.get(index));
  }
}
