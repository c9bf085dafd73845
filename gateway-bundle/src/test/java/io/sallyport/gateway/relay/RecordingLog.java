package io.sallyport.gateway.relay;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what is logged. */
public final class RecordingLog implements RouteLog {
  public final List<String> lines = new CopyOnWriteArrayList<>();

  @Override
  public void info(String sentence) {
    lines.add("INFO " + sentence);
  }

  @Override
  public void warn(String sentence) {
    lines.add("WARN " + sentence);
  }

  @Override
  public void debug(String sentence) {
    lines.add("DEBUG " + sentence);
  }

  @Override
  public boolean isDebugged() {
    return true;
  }
}
