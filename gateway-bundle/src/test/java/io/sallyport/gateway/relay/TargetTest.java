package io.sallyport.gateway.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class TargetTest {
  private final Queue<Runnable> lookups = new ArrayDeque<>();
  private final List<List<InetSocketAddress>> found = new ArrayList<>();
  private final List<TlsException> failed = new ArrayList<>();

  @Test
  void anAddressNeedsNoLookUp() {
    resolve(new Target(new Peer("::1", 8080), lookups::add));
    assertEquals(List.of(), List.copyOf(lookups));
    assertEquals(new InetSocketAddress("::1", 8080), found.get(0).get(0));
  }

  @Test
  void connectionsThatComeAtTheSameTimeShareOneLookUp() {
    Target target = new Target(new Peer("localhost", 8080), lookups::add);
    resolve(target);
    resolve(target);
    assertEquals(1, lookups.size());
    assertEquals(0, found.size());
    lookups.remove().run();
    assertEquals(2, found.size());
    assertTrue(found.get(0).get(0).getAddress().isLoopbackAddress());
    resolve(target);
    assertEquals(3, found.size(), "a fresh result is used again");
    assertEquals(0, lookups.size());
  }

  @Test
  void aNameWithoutAddressIsAnErrorThatSaysSo() {
    resolve(new Target(new Peer("no such name.invalid", 8080), lookups::add));
    lookups.remove().run();
    assertEquals(TlsErrorCode.CANNOT_RESOLVE_HOSTNAME, failed.get(0).code());
    assertEquals(
        "The target's name 'no such name.invalid' has no address; check the name and the resolver.",
        failed.get(0).getMessage());
  }

  @Test
  void aFullQueueOfLookUpsIsAnErrorAndNoHang() {
    Target target =
        new Target(
            new Peer("localhost", 8080),
            task -> {
              throw new java.util.concurrent.RejectedExecutionException("full");
            });
    target.resolve(addresses -> fail("There is no address."), failed::add, Runnable::run);
    assertEquals(TlsErrorCode.CANNOT_RESOLVE_HOSTNAME, failed.get(0).code());
  }

  private void resolve(Target target) {
    target.resolve(found::add, failed::add, Runnable::run);
  }
}
