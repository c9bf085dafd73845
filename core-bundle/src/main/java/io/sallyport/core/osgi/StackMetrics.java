package io.sallyport.core.osgi;

import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.StackEvent;
import io.sallyport.tls.stack.TlsStacks;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/** Shows the stacks by JMX, which every monitoring system can read. */
@Component(service = {})
public final class StackMetrics implements StacksMXBean {
  private static final String NAME = "io.sallyport:type=Stacks";
  private static final int EVENTS = 50;

  private final TlsStacks stacks;
  private final Logger logger;

  /** Registers itself; where that is not possible the platform runs without metrics. */
  @Activate
  public StackMetrics(
      @Reference TlsStacks stacks, @Reference(service = LoggerFactory.class) Logger logger) {
    this.stacks = stacks;
    this.logger = logger;
    try {
      server().registerMBean(this, new ObjectName(NAME));
    } catch (JMException e) {
      logger.warn("The metrics {} are not available: {}", NAME, e.toString());
    }
  }

  @Deactivate
  void deactivate() {
    try {
      server().unregisterMBean(new ObjectName(NAME));
    } catch (JMException e) {
      logger.debug("The metrics {} were not there: {}", NAME, e.toString());
    }
  }

  private static MBeanServer server() {
    return ManagementFactory.getPlatformMBeanServer();
  }

  @Override
  public String getActiveStack() {
    return active().map(StackDTO::name).orElse("");
  }

  @Override
  public long getGeneration() {
    return active().map(StackDTO::generation).orElse(0L);
  }

  private Optional<StackDTO> active() {
    return stacks.candidates().stream()
        .filter(stack -> stack.state() == CandidateState.ACTIVE)
        .findFirst();
  }

  @Override
  public Map<String, Integer> getConnections() {
    return each(StackDTO::connections, Integer::sum);
  }

  @Override
  public Map<String, Integer> getDraining() {
    return each(StackDTO::draining, Integer::sum);
  }

  @Override
  public Map<String, String> getStates() {
    return each(
        stack -> stack.state() + (stack.reason().isEmpty() ? "" : ": " + stack.reason()),
        (best, other) -> best);
  }

  @Override
  public Map<String, Long> getHandshakesDone() {
    return each(stack -> stack.handshakes().done(), Long::sum);
  }

  @Override
  public Map<String, Long> getHandshakesFailed() {
    return each(stack -> stack.handshakes().failed() + stack.handshakes().faults(), Long::sum);
  }

  @Override
  public Map<String, Long> getHandshakesFailedByPeer() {
    return each(stack -> stack.handshakes().byPeer(), Long::sum);
  }

  @Override
  public Map<String, Long> getHandshakeP99Micros() {
    return each(stack -> stack.handshakes().p99().toNanos() / 1000, Math::max);
  }

  /**
   * By name. Several candidates may have one, such as a bundle's new revision beside the old one
   * that still drains; they come best-ranked first.
   */
  private <T> Map<String, T> each(Function<StackDTO, T> value, BinaryOperator<T> together) {
    Map<String, T> values = new TreeMap<>();
    for (StackDTO stack : stacks.candidates()) {
      values.merge(stack.name(), value.apply(stack), together);
    }
    return values;
  }

  @Override
  public List<String> getEvents() {
    return stacks.events(EVENTS).stream().map(StackEvent::sentence).toList();
  }
}
