package io.sallyport.gateway.relay;

import io.sallyport.tls.BufferedTransport;
import io.sallyport.tls.Progress;
import io.sallyport.tls.Provenance;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A protocol that has the shape of TLS and none of its secrecy: records of a type, a length of two
 * bytes and a payload that is XORed. A hello each way is the handshake.
 */
final class FakeHandle implements TlsHandle {
  static final byte HELLO = 'H';
  static final byte DATA = 'D';
  static final byte CLOSE = 'C';
  static final byte ALERT = 'A';
  static final int HEADER = 3;
  static final int MAX = 16384;
  static final byte KEY = 0x5A;

  /** What a stack is asked for. */
  enum Operation {
    OPEN,
    HANDSHAKE,
    READ,
    BYTES_AVAILABLE,
    WRITE,
    FLUSH,
    SHUTDOWN_OUTPUT,
    CLOSE
  }

  /** May throw what is no TlsException where an operation begins; where it closes, at its end. */
  @FunctionalInterface
  interface Trap {
    void enter(Operation operation);
  }

  private final BufferedTransport transport;
  private final boolean server;
  private final Optional<Semaphore> device;
  private final boolean tellsThatItMayBlock;
  private final Optional<Provenance> provenance;
  private final Trap trap;
  private final Runnable onClose;
  private boolean helloSent;
  private boolean done;
  private boolean ended;
  private boolean closeSent;
  private boolean closed;

  FakeHandle(
      BufferedTransport transport,
      boolean server,
      Optional<Semaphore> device,
      boolean tellsThatItMayBlock,
      Optional<Provenance> provenance,
      Trap trap,
      Runnable onClose) {
    this.transport = transport;
    this.server = server;
    this.device = device;
    this.tellsThatItMayBlock = tellsThatItMayBlock;
    this.provenance = provenance;
    this.trap = trap;
    this.onClose = onClose;
  }

  @Override
  public Progress handshake() throws TlsException {
    trap.enter(Operation.HANDSHAKE);
    if (done) {
      return Progress.DONE;
    }
    if (!server && !helloSent) {
      helloSent = true;
      record(HELLO, 0);
    }
    int length = whole();
    if (length < 0) {
      if (transport.receivedEnd()) {
        throw new TlsException(TlsErrorCode.TCP_CLOSED_FIN, "The peer hung up.");
      }
      return Progress.WANT_READ;
    }
    if (type() != HELLO) {
      record(ALERT, 0);
      throw new TlsException(TlsErrorCode.SSL_HANDSHAKE_FAILED, "That was no hello.");
    }
    transport.consume(HEADER + length);
    if (device.isPresent()) {
      askDevice(device.get());
    }
    if (server) {
      record(HELLO, 0);
    }
    done = true;
    return Progress.DONE;
  }

  private static void askDevice(Semaphore answers) throws TlsException {
    try {
      if (!answers.tryAcquire(20, TimeUnit.SECONDS)) {
        throw new TlsException(TlsErrorCode.SE_FAILED, "The device does not answer.");
      }
    } catch (InterruptedException e) {
      throw new TlsException(TlsErrorCode.SE_FAILED, "Waiting was interrupted.", e);
    }
  }

  @Override
  public boolean mayBlock() {
    return tellsThatItMayBlock && device.isPresent();
  }

  @Override
  public int read(ByteBuffer dst) throws TlsException {
    trap.enter(Operation.READ);
    int start = dst.position();
    while (!ended) {
      int length = whole();
      if (length < 0) {
        break;
      }
      byte type = type();
      if (type == DATA) {
        if (dst.remaining() < length) {
          break;
        }
        ByteBuffer in = received();
        in.position(in.position() + HEADER);
        for (int i = 0; i < length; i++) {
          dst.put((byte) (in.get() ^ KEY));
        }
      } else if (type == CLOSE) {
        ended = true;
      } else if (dst.position() > start) {
        break; // The good bytes first.
      } else {
        record(ALERT, 0);
        throw new TlsException(TlsErrorCode.SSL_READ_FAILED, "A record of unknown type.");
      }
      transport.consume(HEADER + length);
    }
    if (dst.position() > start) {
      return dst.position() - start;
    }
    if (ended) {
      return END;
    }
    if (whole() >= 0) {
      return 0;
    }
    if (transport.receivedEnd()) {
      throw new TlsException(TlsErrorCode.TCP_CLOSED_FIN, "TCP ended without a close record.");
    }
    return WANT_READ;
  }

  @Override
  public int write(ByteBuffer src) throws TlsException {
    trap.enter(Operation.WRITE);
    int count = Math.min(src.remaining(), MAX);
    try {
      ByteBuffer out = transport.reserve(HEADER + count);
      if (!out.hasRemaining()) {
        return WANT_WRITE;
      }
      out.put(DATA).putShort((short) count);
      for (int i = 0; i < count; i++) {
        out.put((byte) (src.get() ^ KEY));
      }
      transport.commit(HEADER + count);
      return count;
    } catch (IOException e) {
      throw new TlsException(TlsErrorCode.SSL_WRITE_FAILED, "The transport failed.", e);
    }
  }

  @Override
  public Progress flush() {
    trap.enter(Operation.FLUSH);
    return Progress.DONE;
  }

  @Override
  public int bytesAvailable() {
    trap.enter(Operation.BYTES_AVAILABLE);
    return 0;
  }

  @Override
  public Progress shutdownOutput() throws TlsException {
    trap.enter(Operation.SHUTDOWN_OUTPUT);
    return sendClose();
  }

  private Progress sendClose() throws TlsException {
    if (!closeSent) {
      closeSent = record(CLOSE, 0);
    }
    return closeSent ? Progress.DONE : Progress.WANT_WRITE;
  }

  @Override
  public Optional<Provenance> provenance() {
    return provenance;
  }

  @Override
  public SessionInfo session() {
    return SessionInfo.none("fake");
  }

  @Override
  public <T> Optional<T> unwrap(Class<T> type) {
    return Optional.empty();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        sendClose();
      } catch (TlsException e) {
        // As a real handle: once, and no more.
      }
      onClose.run();
      trap.enter(Operation.CLOSE);
    }
  }

  private boolean record(byte type, int length) throws TlsException {
    try {
      ByteBuffer out = transport.reserve(HEADER);
      if (!out.hasRemaining()) {
        return false;
      }
      out.put(type).putShort((short) length);
      transport.commit(HEADER);
      return true;
    } catch (IOException e) {
      throw new TlsException(TlsErrorCode.SSL_WRITE_FAILED, "The transport failed.", e);
    }
  }

  private ByteBuffer received() throws TlsException {
    try {
      return transport.received();
    } catch (IOException e) {
      throw new TlsException(TlsErrorCode.SSL_READ_FAILED, "The transport failed.", e);
    }
  }

  private byte type() throws TlsException {
    ByteBuffer in = received();
    return in.get(in.position());
  }

  /** Payload length of the record at the front, or -1 while it is not all there. */
  private int whole() throws TlsException {
    ByteBuffer in = received();
    if (in.remaining() < HEADER) {
      return -1;
    }
    int length = Short.toUnsignedInt(in.getShort(in.position() + 1));
    return in.remaining() >= HEADER + length ? length : -1;
  }
}
