package io.sallyport.itest;

import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsHandle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A blocking connection of the platform as streams. */
final class ConnectionStreams {
  private ConnectionStreams() {}

  static InputStream input(TlsConnection connection) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = connection.read(ByteBuffer.wrap(bytes, offset, length));
        return count == TlsHandle.END ? -1 : count;
      }
    };
  }

  static OutputStream output(TlsConnection connection) {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        connection.write(ByteBuffer.wrap(bytes, offset, length));
      }
    };
  }
}
