package io.sallyport.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.DuplexChannel;
import io.sallyport.tls.TlsException;

/** The side without TLS. */
@SuppressWarnings("FutureReturnValueIgnored") // What went wrong also comes as an event.
final class PlainSide extends Side {
  private boolean dirty;

  PlainSide(DuplexChannel channel, Relay relay, boolean isClient) {
    super(channel, relay, isClient);
  }

  @Override
  void open() {
    pauseReading();
    relay.ready(this);
  }

  @Override
  ByteBuf allocate(int room) {
    return channel.alloc().directBuffer(room);
  }

  @Override
  void received(ByteBuf bytes) {
    relay.forward(this, bytes);
  }

  @Override
  void receivedEnd() throws TlsException {
    endInput();
  }

  @Override
  void send(ByteBuf bytes) {
    dirty = true;
    channel.write(bytes, channel.voidPromise());
  }

  @Override
  void flush() {
    if (dirty) {
      dirty = false;
      channel.flush();
    }
  }

  @Override
  boolean acceptsMore() {
    return channel.isWritable();
  }

  @Override
  boolean writeEnd() {
    return true; // TCP's FIN is all.
  }

  @Override
  void writable() {
    // Nothing is kept here.
  }

  @Override
  void forward() {
    // Nothing was read before.
  }

  @Override
  boolean mayRead() {
    return true;
  }

  @Override
  void spoil() {
    // The reset is all.
  }

  @Override
  void shrink() {
    // Nothing is kept here.
  }

  @Override
  void dispose() {
    // Nothing is kept here.
  }
}
