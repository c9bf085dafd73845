package io.sallyport.gateway.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** On Linux's epoll. */
@EnabledOnOs(
    value = OS.LINUX,
    architectures = {"amd64", "aarch64"},
    disabledReason = "needs epoll")
class EpollRelayTest extends RelayContract {
  @Override
  EventLoops startLoops() {
    EventLoops loops = EventLoops.start(2);
    assertEquals("2 event loops on epoll", loops.description());
    return loops;
  }
}
