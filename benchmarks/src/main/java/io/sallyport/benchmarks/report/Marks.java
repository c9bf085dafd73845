package io.sallyport.benchmarks.report;

import java.util.List;

/** The marks of the first version, for the gateway on Conscrypt when it is warm. */
public final class Marks {

  /** The subject that has to keep them. */
  public static final String SUBJECT = "conscrypt";

  private static final double OF_BARE = 1.15;

  /** In the order of the report. */
  public static final List<Mark> ALL =
      List.of(
          Mark.ratio(Metric.HANDSHAKE, "nginx", 1.25),
          Mark.ratio(Metric.SEND_1, "nginx", 1.0),
          Mark.ratio(Metric.SEND_16, "nginx", 1.0),
          Mark.ratio(Metric.RECEIVE_1, "nginx", 0.85),
          Mark.ratio(Metric.RECEIVE_16, "nginx", 0.85),
          Mark.ratio(Metric.HANDSHAKE, "bare", OF_BARE),
          // 1.15 times the CPU per byte is 1/1.15 of the bytes per CPU second.
          Mark.ratio(Metric.SEND_1, "bare", 1 / OF_BARE),
          Mark.ratio(Metric.SEND_16, "bare", 1 / OF_BARE),
          Mark.ratio(Metric.RECEIVE_1, "bare", 1 / OF_BARE),
          Mark.ratio(Metric.RECEIVE_16, "bare", 1 / OF_BARE),
          Mark.absolute(Metric.IDLE, 40),
          Mark.absolute(Metric.START, 2000));

  private Marks() {}
}
