package io.sallyport.itest;

import static org.junit.Assert.assertArrayEquals;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.DoubleConsumer;

/** The client's part of what a {@link Backend} does: one thread, both directions in turn. */
final class Exchange {
  private Exchange() {}

  /** A short one. */
  static void small(InputStream in, OutputStream out) throws Exception {
    perform(in, out, 20_000, 20_000, done -> {});
  }

  /**
   * Gives and takes, and checks every byte by SHA-256.
   *
   * @param progress told the part that is done, from 0 to 1, after each piece
   */
  static void perform(
      InputStream in, OutputStream out, long wanted, long given, DoubleConsumer progress)
      throws Exception {
    DataInputStream input = new DataInputStream(in);
    DataOutputStream output = new DataOutputStream(out);
    output.writeLong(wanted);
    output.writeLong(given);
    Stream64 upload = Stream64.forUpload();
    Stream64 received = Stream64.forDownload();
    Stream64 expected = Stream64.forDownload();
    long toGive = given;
    long toTake = wanted;
    while (toGive > 0 || toTake > 0) {
      int give = (int) Math.min(Stream64.PIECE, toGive);
      upload.send(output, give);
      toGive -= give;
      int take = (int) Math.min(Stream64.PIECE, toTake);
      received.receive(input, take);
      expected.update(expected.next(), take);
      toTake -= take;
      progress.accept(1 - (double) (toGive + toTake) / (wanted + given));
    }
    output.flush();
    byte[] answered = new byte[32];
    input.readFully(answered);
    assertArrayEquals("What the backend received", upload.digest(), answered);
    assertArrayEquals("What the client received", expected.digest(), received.digest());
  }
}
