package io.sallyport.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.sallyport.tls.Provenance;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One of a relay's two channels: what arrives goes to the other side, what the other side gives is
 * sent. Confined to the relay's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What went wrong also comes as an event.
abstract class Side extends ChannelInboundHandlerAdapter {
  final DuplexChannel channel;
  final Relay relay;
  private final boolean isClient;
  private boolean forwarding;
  private boolean inputEnded;
  private boolean outputEnded;
  private boolean outputDone;
  private boolean endPending;
  private volatile boolean closing; // Read by a step that is elsewhere, too.

  Side(DuplexChannel channel, Relay relay, boolean isClient) {
    this.channel = channel;
    this.relay = relay;
    this.isClient = isClient;
    channel.config().setRecvByteBufAllocator(new ReceiveBuffers(channel.config(), this::allocate));
  }

  /** The channel is connected. */
  abstract void open() throws TlsException;

  /** Makes a buffer for the next read. */
  abstract ByteBuf allocate(int room);

  /** Takes over bytes from the channel, in a buffer from {@link #allocate}. */
  abstract void received(ByteBuf bytes) throws TlsException;

  /** The peer's stream ended. */
  abstract void receivedEnd() throws TlsException;

  /** Sends bytes of the other side and takes them over; {@link #flush} makes them leave. */
  abstract void send(ByteBuf bytes) throws TlsException;

  /** Lets everything leave that {@link #send} took. */
  abstract void flush();

  /** Whether more can be sent without buffering too much. */
  abstract boolean acceptsMore();

  /**
   * Writes what comes before the end of the own direction: close_notify, or nothing.
   *
   * @return whether everything has been handed to the channel; else {@link #writable} is the time
   *     to try again
   */
  abstract boolean writeEnd() throws TlsException;

  /** The channel takes bytes again after it had taken none. */
  abstract void writable() throws TlsException;

  /** Forwards what was received before and could not be forwarded then. */
  abstract void forward() throws TlsException;

  /** Whether reading more would be of use. */
  abstract boolean mayRead();

  /** Makes sure that the peer does not see an orderly end. */
  abstract void spoil();

  /** Gives back buffers that hold little in much room. */
  abstract void shrink();

  /** Frees everything; the channel is closed. */
  abstract void dispose();

  /** Whose work the connection is, where it is TLS. */
  Optional<Provenance> provenance() {
    return Optional.empty();
  }

  final boolean isClient() {
    return isClient;
  }

  final boolean isForwarding() {
    return forwarding && !closing;
  }

  final boolean isClosing() {
    return closing;
  }

  final boolean hasInputEnded() {
    return inputEnded;
  }

  final boolean hasOutputEnded() {
    return outputEnded;
  }

  /** Whether the end of the own direction has left. */
  final boolean isOutputDone() {
    return outputDone;
  }

  /** Both sides are open now. */
  final void startForwarding() {
    forwarding = true;
    readOn();
  }

  /** Goes on reading if the other side takes what comes. */
  final void readOn() {
    if (!isForwarding() || !relay.other(this).acceptsMore()) {
      return;
    }
    guarded(
        () -> {
          forward();
          if (isForwarding() && mayRead() && relay.other(this).acceptsMore()) {
            resumeReading();
          }
        });
  }

  final void pauseReading() {
    channel.config().setAutoRead(false);
  }

  final void resumeReading() {
    if (!channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
    }
  }

  /** The peer ended its direction in order. */
  final void endInput() throws TlsException {
    if (!inputEnded) {
      inputEnded = true;
      relay.inputEnded(this);
    }
  }

  /** Ends the own direction in order, after everything that was sent; the other goes on. */
  final void shutdownOutput() throws TlsException {
    if (!outputEnded) {
      outputEnded = true;
      finishOutput();
    }
  }

  private void finishOutput() throws TlsException {
    endPending = !writeEnd();
    if (!endPending) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> endLeft());
    }
  }

  private void endLeft() {
    outputDone = true;
    if (channel.isActive() && !channel.isOutputShutdown()) {
      channel.shutdownOutput();
    }
    relay.outputDone();
  }

  /** Ends both directions in order: what still arrives is dropped until the peer ends too. */
  final void closeInOrder() {
    if (closing) {
      return;
    }
    if (!channel.isActive()) {
      closeNow();
      return;
    }
    closing = true;
    try {
      shutdownOutput();
    } catch (TlsException e) {
      closeNow(); // The peer cannot be told any more.
      return;
    } catch (Throwable e) {
      relay.broken(this, e);
      return;
    }
    awaitPeer();
  }

  /** Lets an alert leave, then closes as {@link #closeInOrder}. */
  final void closeAfterAlert() {
    if (closing) {
      return;
    }
    if (!channel.isActive()) {
      closeNow();
      return;
    }
    closing = true;
    flush();
    if (!outputEnded) {
      outputEnded = true;
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> endLeft());
    }
    awaitPeer();
  }

  /**
   * Closing a socket while bytes stand unread in it would reset the connection and could destroy
   * the alert that is on its way; so the peer goes first, for a while.
   */
  private void awaitPeer() {
    if (inputEnded) {
      closeWhenWritten();
    } else {
      resumeReading();
    }
  }

  private void closeWhenWritten() {
    if (channel.isOutputShutdown()) {
      channel.close();
    } else {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Ends both directions so that the peer can tell that something is missing. */
  final void abort() {
    if (closing) {
      return;
    }
    if (!channel.isActive()) {
      closeNow();
      return;
    }
    closing = true;
    outputEnded = true;
    try {
      spoil();
    } finally {
      pauseReading();
      channel
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(
              written -> {
                resetOnClose();
                channel.close();
              });
    }
  }

  final void closeNow() {
    closing = true;
    channel.close();
  }

  private void resetOnClose() {
    if (channel.isOpen()) {
      try {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
      } catch (RuntimeException e) {
        relay.log().debug("A socket could not be set to reset: " + Thrown.reason(e));
      }
    }
  }

  /** Does a step and makes an error of it this side's failure. */
  final void guarded(Step step) {
    try {
      step.run();
    } catch (TlsException e) {
      relay.failed(this, e);
    } catch (Throwable e) { // A stack may throw anything: it ends its own connection only.
      relay.broken(this, e);
    }
  }

  /** Something that can fail. */
  @FunctionalInterface
  interface Step {
    void run() throws TlsException;
  }

  @Override
  public final void channelActive(ChannelHandlerContext ctx) {
    if (isClient) {
      relay.start();
    }
  }

  @Override
  public final void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (closing) {
      bytes.release(); // Between our end and the peer's.
      return;
    }
    relay.touched();
    try {
      received(bytes);
    } catch (TlsException e) {
      relay.failed(this, e);
    } catch (Throwable e) { // A stack may throw anything: it ends its own connection only.
      relay.broken(this, e);
    }
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext ctx) {
    relay.flush();
  }

  @Override
  public final void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!(event instanceof ChannelInputShutdownEvent)) {
      return;
    }
    if (closing) {
      inputEnded = true;
      closeWhenWritten();
      return;
    }
    guarded(this::receivedEnd);
    relay.flush();
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (!channel.isWritable() || !channel.isActive()) {
      return;
    }
    relay.touched();
    guarded(
        () -> {
          writable();
          if (endPending) {
            finishOutput();
          }
        });
    relay.accepts(this);
    relay.flush();
  }

  @Override
  public final void channelInactive(ChannelHandlerContext ctx) {
    relay.closed(this);
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof ReceiveBuffers.ReadPaused) {
      return;
    }
    if (closing) {
      channel.close();
    } else if (cause instanceof IOException io) {
      relay.failed(this, broken(io));
    } else {
      relay.broken(this, cause);
    }
  }

  private TlsException broken(IOException cause) {
    return new TlsException(
        TlsErrorCode.TCP_CLOSED_FIN,
        (isClient ? "The client" : "The target")
            + " broke the TCP connection ("
            + Thrown.reason(cause)
            + ").",
        cause);
  }

  static TlsException unexpected(Throwable cause) {
    return new TlsException(
        TlsErrorCode.FAIL,
        "The connection was given up after an unexpected error, " + Thrown.text(cause) + ".",
        cause);
  }

  /** The readable bytes of a buffer without allocating a view. */
  static ByteBuffer view(ByteBuf bytes) {
    return bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes());
  }
}
