package io.sallyport.gateway;

import io.sallyport.gateway.relay.RouteLog;
import org.osgi.service.log.Logger;

/** Writes to the Log service. */
final class OsgiRouteLog implements RouteLog {
  private final Logger logger;

  OsgiRouteLog(Logger logger) {
    this.logger = logger;
  }

  @Override
  public void info(String sentence) {
    logger.info(sentence);
  }

  @Override
  public void warn(String sentence) {
    logger.warn(sentence);
  }

  @Override
  public void debug(String sentence) {
    logger.debug(sentence);
  }

  @Override
  public boolean isDebugged() {
    return logger.isDebugEnabled();
  }
}
