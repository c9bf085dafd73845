package io.sallyport.benchmarks.report;

/** What is measured, in the order of the report. */
public enum Metric {
  HANDSHAKE("full handshake", "µs CPU", Better.LOWER),
  SEND_1("sending, 1 connection", "MB/CPU-s", Better.HIGHER),
  SEND_16("sending, 16 connections", "MB/CPU-s", Better.HIGHER),
  RECEIVE_1("receiving, 1 connection", "MB/CPU-s", Better.HIGHER),
  RECEIVE_16("receiving, 16 connections", "MB/CPU-s", Better.HIGHER),
  IDLE("idle connection, resident", "KiB", Better.LOWER),
  IDLE_HEAP("idle connection, live Java heap", "KiB", Better.LOWER),
  RESIDENT("resident, no connection", "MiB", Better.LOWER),
  START("start to first handshake", "ms", Better.LOWER),
  START_CPU("start to first handshake, CPU time", "ms", Better.LOWER);

  /** Which of two readings is the better one. */
  public enum Better {
    LOWER,
    HIGHER
  }

  private final String title;
  private final String unit;
  private final Better better;

  Metric(String title, String unit, Better better) {
    this.title = title;
    this.unit = unit;
    this.better = better;
  }

  /** Name in tables. */
  public String title() {
    return title;
  }

  /** Unit of its readings; MB are 10^6 bytes. */
  public String unit() {
    return unit;
  }

  /** Which direction is better. */
  public Better better() {
    return better;
  }
}
