package io.sallyport.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.concurrent.TimeUnit;

/**
 * A connection whose backend sends everything back. Checks each byte of it, and that the end comes
 * in order: close_notify from here, close_notify from there, then the end of the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, and that is seen
abstract class EchoClient extends ChannelInboundHandlerAdapter {

  private static final long CLOSE_DEADLINE_SECONDS = 60;

  private final SeededStream stream;
  private final Ledger ledger;
  private long outstanding;
  private boolean modeEchoed;
  private boolean secured;
  private boolean ending;
  private boolean peerEnded;
  private String failure = "";

  EchoClient(SeededStream stream, Ledger ledger) {
    this.stream = stream;
    this.ledger = ledger;
  }

  /** The handshake is done, and the backend is told to send everything back. */
  abstract void secured(ChannelHandlerContext ctx);

  /** All that was sent has come back. */
  abstract void echoed(ChannelHandlerContext ctx);

  /** The connection is gone, in order or not. */
  abstract void gone();

  /** Sends so many bytes of the stream. */
  final void send(ChannelHandlerContext ctx, int bytes) {
    outstanding += bytes;
    ledger.sent(bytes);
    for (int left = bytes; left > 0; left -= SeededStream.LONGEST) {
      ctx.write(stream.next(Math.min(left, SeededStream.LONGEST)), ctx.voidPromise());
    }
    ctx.flush();
  }

  /** Ends the connection in order; nothing may be sent after it. */
  final void end(ChannelHandlerContext ctx) {
    if (ending) {
      return;
    }
    ending = true;
    ctx.pipeline().get(SslHandler.class).closeOutbound();
    ctx.executor()
        .schedule(
            () -> {
              if (ctx.channel().isActive()) {
                fail(ctx, "no end within " + CLOSE_DEADLINE_SECONDS + " s of close_notify");
              }
            },
            CLOSE_DEADLINE_SECONDS,
            TimeUnit.SECONDS);
  }

  final boolean isEnding() {
    return ending;
  }

  final boolean isQuiet() {
    return secured && outstanding == 0;
  }

  private void fail(ChannelHandlerContext ctx, String reason) {
    if (failure.isEmpty()) {
      failure = reason;
    }
    ctx.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (!handshake.isSuccess()) {
        fail(ctx, "handshake: " + handshake.cause());
        return;
      }
      secured = true;
      ledger.secured();
      outstanding++;
      ledger.sent(1);
      ctx.write(Unpooled.wrappedBuffer(new byte[] {Backend.ECHO}), ctx.voidPromise());
      secured(ctx);
    } else if (event instanceof SslCloseCompletionEvent close) {
      peerEnded = close.isSuccess();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      ledger.received(bytes.readableBytes());
      outstanding -= bytes.readableBytes();
      if (!modeEchoed && bytes.isReadable()) {
        modeEchoed = true;
        if (bytes.readByte() != Backend.ECHO) {
          fail(ctx, "the first byte came back changed");
          return;
        }
      }
      if (outstanding < 0 || !stream.continuesWith(bytes)) {
        fail(ctx, "bytes came back that had not been sent");
        return;
      }
    } finally {
      bytes.release();
    }
    if (outstanding == 0 && !ending) {
      echoed(ctx);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (failure.isEmpty()) {
      failure =
          !secured
              ? "ended by the server in the handshake"
              : outstanding > 0
                  ? "ended by the server with " + outstanding + " bytes under way"
                  : !ending
                      ? "ended by the server, " + (peerEnded ? "in order" : "without close_notify")
                      : !peerEnded ? "ended by the server without close_notify" : "";
    }
    if (failure.isEmpty()) {
      ledger.ended();
    } else {
      ledger.failed(failure);
    }
    gone();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, cause.toString());
  }
}
