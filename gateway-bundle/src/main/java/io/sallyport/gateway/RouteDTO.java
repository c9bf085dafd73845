package io.sallyport.gateway;

import java.util.Map;
import org.osgi.dto.DTO;

/** What a route looks like at one moment. */
public final class RouteDTO extends DTO {
  /** The part of the configuration's PID after "~". */
  public String name = "";

  /** "terminate", "originate" or "bridge"; empty while no configuration was good. */
  public String mode = "";

  /** The address that is listened on, with the port that was bound; empty when none is. */
  public String listen = "";

  /** Where connections lead, host:port; empty while no configuration was good. */
  public String target = "";

  /** Where the route stands. */
  public RouteState state = RouteState.STARTING;

  /** What is wrong with the newest configuration, one sentence; empty when nothing is. */
  public String problem = "";

  /** Connections that are open. */
  public int open;

  /** Connections that may be open. */
  public int maxConnections;

  /** Connections that were ever accepted. */
  public long accepted;

  /** Connections that failed before a byte could be relayed. */
  public long failedHandshakes;

  /** Plain bytes relayed from clients to the target. */
  public long bytesIn;

  /** Plain bytes relayed from the target to clients. */
  public long bytesOut;

  /** The newest failure of a connection; empty when there was none. */
  public String lastError = "";

  /** How often each error ended a connection, by the error code's name. */
  public Map<String, Long> errors = Map.of();
}
