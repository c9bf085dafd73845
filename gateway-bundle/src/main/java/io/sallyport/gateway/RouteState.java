package io.sallyport.gateway;

/** Where a route stands. */
public enum RouteState {
  /** It is being set up. */
  STARTING,
  /**
   * It accepts connections. A problem beside it means that its newest configuration was refused.
   */
  LISTENING,
  /** It does not listen, and tries again by itself. */
  WAITING,
  /** It does not listen until its configuration changes. */
  FAILED,
  /** It is being ended. */
  STOPPED
}
