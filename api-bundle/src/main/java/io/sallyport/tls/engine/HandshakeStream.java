package io.sallyport.tls.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One direction of a handshake: puts records together from bytes and messages from records. Reads
 * at most {@link #LIMIT} bytes, then stops listening.
 */
final class HandshakeStream {
  /** Told of each message. */
  interface Messages {
    void message(int type, HandshakeReader body);
  }

  /** More than any honest unencrypted flight, chains of certificates included. */
  private static final int LIMIT = 256 * 1024;

  /** Of longer messages (certificates) only the beginning is kept. */
  private static final int KEPT = 16 * 1024;

  private final Messages messages;
  private Runnable changeCipherSpec = () -> {};

  private final byte[] recordHeader = new byte[Records.HEADER];
  private int recordHeaderBytes;
  private int recordLeft;

  private final byte[] messageHeader = new byte[4];
  private int messageHeaderBytes;
  private int messageLeft;
  private byte[] message = new byte[0];
  private int messageBytes;

  private int total;
  private boolean encrypted;

  HandshakeStream(Messages messages) {
    this.messages = messages;
  }

  void onChangeCipherSpec(Runnable action) {
    changeCipherSpec = action;
  }

  /** What follows cannot be read. */
  void encrypted() {
    encrypted = true;
    message = new byte[0];
  }

  boolean isEncrypted() {
    return encrypted;
  }

  void feed(ByteBuffer bytes) {
    feed(bytes, bytes.position(), bytes.limit());
  }

  void feed(ByteBuffer bytes, int from, int to) {
    int at = from;
    while (at < to && !encrypted) {
      if (recordLeft == 0) {
        recordHeader[recordHeaderBytes++] = bytes.get(at++);
        if (recordHeaderBytes == Records.HEADER) {
          recordHeaderBytes = 0;
          beginRecord();
        }
      } else {
        int count = Math.min(recordLeft, to - at);
        fragment(bytes, at, count);
        at += count;
        recordLeft -= count;
        if (recordLeft == 0 && recordHeader[0] == Records.CHANGE_CIPHER_SPEC) {
          changeCipherSpec.run();
        }
      }
    }
  }

  private void beginRecord() {
    recordLeft = ((recordHeader[3] & 0xFF) << 8) | (recordHeader[4] & 0xFF);
    total += recordLeft;
    if (total > LIMIT || recordHeader[0] == Records.APPLICATION_DATA) {
      encrypted();
    }
  }

  private void fragment(ByteBuffer bytes, int at, int count) {
    if (recordHeader[0] == Records.HANDSHAKE) {
      handshake(bytes, at, count);
    }
  }

  private void handshake(ByteBuffer bytes, int from, int count) {
    int at = from;
    int end = from + count;
    while (at < end && !encrypted) {
      if (messageHeaderBytes < messageHeader.length) {
        messageHeader[messageHeaderBytes++] = bytes.get(at++);
        if (messageHeaderBytes < messageHeader.length) {
          continue;
        }
        messageLeft =
            ((messageHeader[1] & 0xFF) << 16)
                | ((messageHeader[2] & 0xFF) << 8)
                | (messageHeader[3] & 0xFF);
        messageBytes = 0;
      }
      int taken = Math.min(messageLeft, end - at);
      messageLeft -= taken;
      if (messageBytes == 0 && messageLeft == 0) {
        messageHeaderBytes = 0; // All of it is here: no copy.
        messages.message(messageHeader[0], new HandshakeReader(bytes, at, at + taken));
      } else {
        keep(bytes, at, taken);
        if (messageLeft == 0) {
          messageHeaderBytes = 0;
          ByteBuffer whole = ByteBuffer.wrap(message);
          messages.message(messageHeader[0], new HandshakeReader(whole, 0, messageBytes));
        }
      }
      at += taken;
    }
  }

  private void keep(ByteBuffer bytes, int at, int count) {
    int kept = Math.min(count, KEPT - messageBytes);
    if (message.length < messageBytes + kept) {
      // As much as has really come: a length field alone costs its sender nothing.
      message = Arrays.copyOf(message, messageBytes + kept);
    }
    bytes.get(at, message, messageBytes, kept);
    messageBytes += kept;
  }
}
