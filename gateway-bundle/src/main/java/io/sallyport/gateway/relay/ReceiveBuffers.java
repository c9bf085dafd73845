package io.sallyport.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.util.function.IntFunction;

/**
 * Buffers for reading from one channel: of a size that follows the traffic, and none while reading
 * is paused.
 */
final class ReceiveBuffers implements RecvByteBufAllocator {
  private static final int MINIMUM = 512;
  private static final int INITIAL = 2048;
  static final int MAXIMUM = 64 * 1024;

  /** Few reads per turn keep one bulk transfer from holding up other connections' handshakes. */
  private static final int READS_PER_TURN = 4;

  private static final RecvByteBufAllocator ADAPTIVE =
      new AdaptiveRecvByteBufAllocator(MINIMUM, INITIAL, MAXIMUM)
          .maxMessagesPerRead(READS_PER_TURN);

  private final ChannelConfig config;
  private final IntFunction<ByteBuf> allocate;

  /**
   * @param allocate makes a direct buffer with room for that many bytes
   */
  ReceiveBuffers(ChannelConfig config, IntFunction<ByteBuf> allocate) {
    this.config = config;
    this.allocate = allocate;
  }

  @Override
  @SuppressWarnings("deprecation") // The interface has no other method.
  public Handle newHandle() {
    return new PausableHandle((ExtendedHandle) ADAPTIVE.newHandle());
  }

  /**
   * Thrown instead of allocating while reading is paused. When the peer ends its direction, Netty's
   * epoll transport reads all that the kernel holds at once, paused or not; a slow reader behind
   * would make the gateway buffer megabytes. This keeps those bytes in the kernel: Netty reports
   * the exception to the handler, which ignores it, and reads on when reading resumes.
   */
  static final class ReadPaused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private ReadPaused() {
      super("Reading is paused.", null, false, false);
    }
  }

  private final class PausableHandle extends DelegatingHandle implements ExtendedHandle {
    private final ExtendedHandle adaptive;

    PausableHandle(ExtendedHandle adaptive) {
      super(adaptive);
      this.adaptive = adaptive;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator ignored) {
      if (!config.isAutoRead()) {
        throw new ReadPaused();
      }
      return allocate.apply(guess());
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
      return adaptive.continueReading(maybeMoreData);
    }
  }
}
