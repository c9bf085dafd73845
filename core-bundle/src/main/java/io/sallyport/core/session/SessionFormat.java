package io.sallyport.core.session;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.PortableSession;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/** A session as plain bytes, within the seal. */
final class SessionFormat {
  private SessionFormat() {}

  static byte[] write(PortableSession session) throws TlsException {
    byte[] state = session.state();
    byte[] stack = session.stack().getBytes(StandardCharsets.UTF_8);
    byte[] binding = session.binding();
    ByteBuffer out =
        ByteBuffer.allocate(
            Short.BYTES
                + stack.length
                + Short.BYTES
                + Long.BYTES
                + Short.BYTES
                + binding.length
                + Integer.BYTES
                + state.length);
    out.putShort((short) stack.length).put(stack);
    out.putShort(session.version() == TlsVersion.TLS_1_3 ? (short) 0x0304 : (short) 0x0303);
    out.putLong(session.expires().getEpochSecond());
    out.putShort((short) binding.length).put(binding);
    out.putInt(state.length).put(state);
    Arrays.fill(state, (byte) 0);
    return out.array();
  }

  static PortableSession read(byte[] plain) throws TlsException {
    ByteBuffer in = ByteBuffer.wrap(plain);
    byte[] state = new byte[0];
    try {
      String stack = new String(take(in, in.getShort()), StandardCharsets.UTF_8);
      TlsVersion version = in.getShort() == 0x0304 ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
      Instant expires = Instant.ofEpochSecond(in.getLong());
      byte[] binding = take(in, in.getShort());
      state = take(in, in.getInt());
      return new PortableSession(stack, version, expires, binding, state);
    } catch (BufferUnderflowException e) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG, "The sealed client session is not one of this format.", e);
    } finally {
      Arrays.fill(state, (byte) 0);
    }
  }

  private static byte[] take(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
