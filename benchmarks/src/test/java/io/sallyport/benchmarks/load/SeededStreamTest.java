package io.sallyport.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class SeededStreamTest {

  @Test
  void isTheSameInWhateverPiecesItComes() {
    SeededStream sent = new SeededStream(7);
    ByteBuf all = Unpooled.buffer();
    while (all.readableBytes() < 3_000_000) { // Longer than the block it walks over.
      all.writeBytes(sent.next(SeededStream.LONGEST));
    }
    SeededStream expected = new SeededStream(7);
    while (all.isReadable()) {
      assertTrue(expected.continuesWith(all.readSlice(Math.min(200_001, all.readableBytes()))));
    }
  }

  @Test
  void noticesALostByte() {
    ByteBuf sent = Unpooled.copiedBuffer(new SeededStream(7).next(100));
    assertFalse(new SeededStream(7).continuesWith(sent.skipBytes(1)));
  }

  @Test
  void noticesAChangedByte() {
    ByteBuf sent = Unpooled.copiedBuffer(new SeededStream(7).next(100));
    sent.setByte(99, sent.getByte(99) + 1);
    assertFalse(new SeededStream(7).continuesWith(sent));
  }

  @Test
  void noticesTheBytesOfAnotherConnection() {
    assertFalse(new SeededStream(7).continuesWith(new SeededStream(8).next(100)));
  }

  @Test
  void noticesAPieceThatComesTwice() {
    ByteBuf piece = Unpooled.copiedBuffer(new SeededStream(7).next(1000));
    SeededStream expected = new SeededStream(7);
    assertTrue(expected.continuesWith(piece));
    assertFalse(expected.continuesWith(piece));
  }
}
