package io.sallyport.core.registry;

import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.Feature;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * What connections with one configuration were seen to use although it does not ask for it.
 * Thread-safe; counting takes no lock.
 */
final class ObservedUse {
  /** A use that can be seen. */
  enum Observation {
    RESUMPTION_1_2(Feature.SESSION_RESUMPTION, TlsVersion.TLS_1_2),
    RESUMPTION_1_3(Feature.SESSION_RESUMPTION, TlsVersion.TLS_1_3),
    POST_QUANTUM(Feature.POST_QUANTUM_KEY_EXCHANGE, TlsVersion.TLS_1_3),
    HALF_CLOSE_1_2(Feature.HALF_CLOSE, TlsVersion.TLS_1_2),
    HALF_CLOSE_1_3(Feature.HALF_CLOSE, TlsVersion.TLS_1_3);

    private final Feature feature;
    private final TlsVersion version;

    Observation(Feature feature, TlsVersion version) {
      this.feature = feature;
      this.version = version;
    }

    Feature feature() {
      return feature;
    }

    TlsVersion version() {
      return version;
    }
  }

  private final Map<Observation, LongAdder> counts = new EnumMap<>(Observation.class);

  ObservedUse() {
    for (Observation what : Observation.values()) {
      counts.put(what, new LongAdder());
    }
  }

  /** A handshake is done. */
  void handshake(SessionInfo agreed) {
    boolean newest = agreed.version() == TlsVersion.TLS_1_3;
    if (agreed.resumed()) {
      note(newest ? Observation.RESUMPTION_1_3 : Observation.RESUMPTION_1_2);
    }
    if (agreed.group().flatMap(NamedGroup::ofName).filter(NamedGroup::isPostQuantum).isPresent()) {
      note(Observation.POST_QUANTUM);
    }
  }

  /** Data came after the own direction had ended. */
  void halfClosed(TlsVersion version) {
    note(version == TlsVersion.TLS_1_3 ? Observation.HALF_CLOSE_1_3 : Observation.HALF_CLOSE_1_2);
  }

  private void note(Observation what) {
    count(what).increment();
  }

  private LongAdder count(Observation what) {
    return Objects.requireNonNull(counts.get(what));
  }

  /** How often it was seen. */
  long count(Feature feature, TlsVersion version) {
    long sum = 0;
    for (Observation what : Observation.values()) {
      if (what.feature == feature && what.version == version) {
        sum += count(what).sum();
      }
    }
    return sum;
  }
}
