package io.sallyport.tls.engine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Builds handshake messages by hand (RFC 8446 section 4). */
final class Hello {
  static final int CLIENT_HELLO = 1;
  static final int SERVER_HELLO = 2;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  static byte[] client(byte[]... extensions) {
    Hello body = new Hello().uint16(0x0303).zeros(32).uint8(0).uint16(2).uint16(0x1301);
    return body.uint8(1).uint8(0).vector16(join(extensions)).message(CLIENT_HELLO);
  }

  static byte[] server(int version, byte[] random, byte[]... extensions) {
    Hello body = new Hello().uint16(version).raw(random).uint8(0).uint16(0x1301).uint8(0);
    return body.vector16(join(extensions)).message(SERVER_HELLO);
  }

  static byte[] extension(int type, byte[] content) {
    return new Hello().uint16(type).vector16(content).toBytes();
  }

  static byte[] serverName(String name) {
    byte[] entry =
        new Hello().uint8(0).vector16(name.getBytes(StandardCharsets.US_ASCII)).toBytes();
    return extension(0, new Hello().vector16(entry).toBytes());
  }

  static byte[] alpn(List<String> protocols) {
    Hello list = new Hello();
    for (String protocol : protocols) {
      byte[] name = protocol.getBytes(StandardCharsets.US_ASCII);
      list.uint8(name.length).raw(name);
    }
    return extension(16, new Hello().vector16(list.toBytes()).toBytes());
  }

  static byte[] offeredVersions(int... versions) {
    Hello list = new Hello().uint8(2 * versions.length);
    for (int version : versions) {
      list.uint16(version);
    }
    return extension(43, list.toBytes());
  }

  static byte[] chosenVersion(int version) {
    return extension(43, new Hello().uint16(version).toBytes());
  }

  static byte[] keyShare(int group) {
    return extension(51, new Hello().uint16(group).vector16(new byte[32]).toBytes());
  }

  /** Cuts a message into handshake records of at most this size. */
  static ByteBuffer records(int size, byte[]... messages) {
    byte[] all = join(messages);
    Hello out = new Hello();
    for (int at = 0; at < all.length; at += size) {
      int length = Math.min(size, all.length - at);
      out.uint8(Records.HANDSHAKE).uint16(0x0303).uint16(length);
      out.bytes.write(all, at, length);
    }
    return ByteBuffer.wrap(out.toBytes());
  }

  static ByteBuffer changeCipherSpec() {
    return ByteBuffer.wrap(new byte[] {Records.CHANGE_CIPHER_SPEC, 3, 3, 0, 1, 1});
  }

  Hello uint8(int value) {
    bytes.write(value);
    return this;
  }

  Hello uint16(int value) {
    return uint8(value >>> 8).uint8(value);
  }

  Hello uint24(int value) {
    return uint8(value >>> 16).uint16(value);
  }

  Hello zeros(int count) {
    return raw(new byte[count]);
  }

  Hello raw(byte[] more) {
    bytes.writeBytes(more);
    return this;
  }

  Hello vector16(byte[] content) {
    return uint16(content.length).raw(content);
  }

  byte[] message(int type) {
    return new Hello().uint8(type).uint24(bytes.size()).raw(toBytes()).toBytes();
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    Hello joined = new Hello();
    for (byte[] part : parts) {
      joined.raw(part);
    }
    return joined.toBytes();
  }
}
