package io.sallyport.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.sallyport.tls.BufferedTransport;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Lends a channel's buffers to a TLS handle. Holds no buffer while nothing waits in it. Confined to
 * the channel's event loop, or to the one thread that it hands the handshake to.
 *
 * <p>Views are made without allocation: they are the buffers' own NIO views.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What went wrong also comes as an event.
final class NettyTransport implements BufferedTransport {
  /**
   * Encrypted bytes that may wait for a slow peer. Application data stops at the channel's high
   * watermark, well below; this bound is for what a peer can provoke by itself, such as answers to
   * key updates.
   */
  static final int MAX_PENDING = 512 * 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  /** Bytes by which a record grows, rounded up over all suites and versions. */
  private static final int RECORD_OVERHEAD = 96;

  private static final int RECORD_CONTENT = 16 * 1024;

  private final Channel channel;
  private @Nullable ByteBuf in;
  private @Nullable ByteBuf out;
  private int expected;
  private boolean ended;
  private volatile boolean muted; // By the loop, while a handshake may be elsewhere.
  private boolean unflushed;

  NettyTransport(Channel channel) {
    this.channel = channel;
  }

  /** A buffer for the next read, with every byte that is not consumed yet at its front. */
  ByteBuf allocateForRead(int room) {
    ByteBuf pending = in;
    if (pending == null) {
      return channel.alloc().directBuffer(room);
    }
    int waiting = pending.readableBytes();
    ByteBuf next = channel.alloc().directBuffer(waiting + room);
    next.writeBytes(pending, pending.readerIndex(), waiting);
    return next;
  }

  /** Takes over a buffer from {@link #allocateForRead} that has been read into. */
  void arrived(ByteBuf bytes) {
    releaseIn();
    in = bytes;
  }

  /** The peer has ended the stream. */
  void end() {
    ended = true;
  }

  /** From now on nothing leaves, so that a handle cannot end the stream in order. */
  void mute() {
    muted = true;
  }

  /** Bytes that arrived and are not consumed. */
  int waiting() {
    return in == null ? 0 : in.readableBytes();
  }

  /** Says how many bytes are about to be encrypted, so that one buffer holds all their records. */
  void expect(int plainBytes) {
    int records = plainBytes / RECORD_CONTENT + 1;
    expected = plainBytes + records * RECORD_OVERHEAD;
  }

  /** Lets everything that was encrypted leave, in as few system calls as can be. */
  void flush() {
    emit();
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
  }

  private void emit() {
    ByteBuf full = out;
    out = null;
    if (full == null) {
      return;
    }
    if (full.isReadable()) {
      unflushed = true;
      channel.write(full, channel.voidPromise());
    } else {
      full.release();
    }
  }

  /** Moves what waits into a buffer of its size, when it waits in one that is much larger. */
  void shrink() {
    ByteBuf pending = in;
    if (pending != null && pending.capacity() > 2 * pending.readableBytes() + 512) {
      ByteBuf small = channel.alloc().directBuffer(pending.readableBytes());
      small.writeBytes(pending, pending.readerIndex(), pending.readableBytes());
      arrived(small);
    }
  }

  /** Forgets what arrived. */
  void drop() {
    releaseIn();
  }

  /** Gives every buffer back. */
  void release() {
    muted = true;
    ended = true;
    releaseIn();
    if (out != null) {
      out.release();
      out = null;
    }
  }

  @Override
  public ByteBuffer received() {
    return in == null ? NOTHING : in.internalNioBuffer(in.readerIndex(), in.readableBytes());
  }

  @Override
  public void consume(int bytes) {
    if (bytes == 0) {
      return;
    }
    ByteBuf pending = in;
    if (pending == null) {
      throw new IllegalArgumentException("No bytes have been received, " + bytes + " consumed.");
    }
    pending.skipBytes(bytes);
    if (!pending.isReadable()) {
      releaseIn();
    }
  }

  @Override
  public boolean receivedEnd() {
    return ended;
  }

  @Override
  public ByteBuffer reserve(int size) throws ClosedChannelException {
    if (muted) {
      return NOTHING;
    }
    ByteBuf room = out;
    if (room == null || room.writableBytes() < size) {
      if (pending() > MAX_PENDING) {
        return NOTHING;
      }
      emit();
      room = channel.alloc().directBuffer(Math.max(size, expected));
      out = room;
    }
    return room.internalNioBuffer(room.writerIndex(), room.writableBytes());
  }

  @Override
  public void commit(int bytes) {
    ByteBuf room = out;
    if (room == null) {
      if (bytes != 0) {
        throw new IllegalArgumentException("Nothing is reserved, " + bytes + " committed.");
      }
      return;
    }
    room.writerIndex(room.writerIndex() + bytes);
    expected = Math.max(0, expected - bytes);
  }

  @Override
  public int read(ByteBuffer dst) {
    ByteBuf pending = in;
    if (pending == null) {
      return ended ? -1 : 0;
    }
    int length = Math.min(dst.remaining(), pending.readableBytes());
    dst.put(pending.internalNioBuffer(pending.readerIndex(), length));
    consume(length);
    return length;
  }

  @Override
  public int write(ByteBuffer src) throws ClosedChannelException {
    int length = src.remaining();
    ByteBuffer room = reserve(length);
    if (room.remaining() < length) {
      return 0;
    }
    room.put(src);
    commit(length);
    return length;
  }

  private long pending() {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting == null ? 0 : waiting.totalPendingWriteBytes();
  }

  private void releaseIn() {
    if (in != null) {
      in.release();
      in = null;
    }
  }
}
