package io.sallyport.gateway.relay;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/** The peer's end of the fake protocol, blocking. */
final class FakeConnection implements Closeable {
  final Socket socket;
  final DataInputStream in;
  final OutputStream out;

  FakeConnection(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  FakeConnection handshakeAsClient() throws IOException {
    hello();
    handshakeAnswered();
    return this;
  }

  void hello() throws IOException {
    record(FakeHandle.HELLO, new byte[0], 0, 0);
  }

  void handshakeAnswered() throws IOException {
    expect(FakeHandle.HELLO);
  }

  FakeConnection handshakeAsServer() throws IOException {
    expect(FakeHandle.HELLO);
    record(FakeHandle.HELLO, new byte[0], 0, 0);
    return this;
  }

  void write(byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; at += FakeHandle.MAX) {
      record(FakeHandle.DATA, bytes, at, Math.min(FakeHandle.MAX, bytes.length - at));
    }
  }

  /** Reads exactly that many bytes. */
  byte[] read(int count) throws IOException {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    while (all.size() < count) {
      byte[] next = next();
      if (next == null) {
        throw new IOException("close_notify after " + all.size() + " of " + count + " bytes");
      }
      all.write(next);
    }
    return all.toByteArray();
  }

  /** The next piece of data, or null for the close record. */
  byte[] next() throws IOException {
    byte type = in.readByte();
    byte[] payload = new byte[in.readUnsignedShort()];
    in.readFully(payload);
    if (type == FakeHandle.CLOSE) {
      return null;
    }
    if (type != FakeHandle.DATA) {
      throw new IOException("record of type " + (char) type);
    }
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= FakeHandle.KEY;
    }
    return payload;
  }

  void closeNotify() throws IOException {
    record(FakeHandle.CLOSE, new byte[0], 0, 0);
  }

  private void expect(byte type) throws IOException {
    byte got = in.readByte();
    if (got != type) {
      throw new IOException("record of type " + (char) got + " instead of " + (char) type);
    }
    in.readUnsignedShort();
  }

  private void record(byte type, byte[] bytes, int at, int length) throws IOException {
    byte[] record = new byte[FakeHandle.HEADER + length];
    record[0] = type;
    record[1] = (byte) (length >>> 8);
    record[2] = (byte) length;
    for (int i = 0; i < length; i++) {
      record[FakeHandle.HEADER + i] = (byte) (bytes[at + i] ^ FakeHandle.KEY);
    }
    out.write(record);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
