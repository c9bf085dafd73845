package io.sallyport.stack.bouncycastle;

import io.sallyport.tls.TlsVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What it takes to resume a session. Holds its secret until the collector takes it; what is written
 * is wiped by who has it.
 *
 * @param version TLS_1_2 or TLS_1_3
 * @param received when it came, in milliseconds
 * @param expires when the server will have forgotten it
 * @param cipherSuite its IANA number
 * @param secret the master secret of TLS 1.2, the pre-shared key of TLS 1.3
 * @param extendedMasterSecret RFC 7627; TLS 1.2 only
 * @param id the session id; empty with a ticket
 * @param ticket the ticket; empty with a session id
 * @param ageAdd what obscures the ticket's age, an unsigned number of 32 bits; TLS 1.3 only
 * @param serverExtensions those that hold for the session, encoded; TLS 1.2 only
 * @param peerChain the server's certificates, encoded
 */
@SuppressWarnings("ArrayRecordComponent") // Carried from here to there, never compared.
record SavedSession(
    TlsVersion version,
    Instant received,
    Instant expires,
    int cipherSuite,
    byte[] secret,
    boolean extendedMasterSecret,
    byte[] id,
    byte[] ticket,
    long ageAdd,
    byte[] serverExtensions,
    List<byte[]> peerChain) {
  private static final int FORMAT = 2;
  private static final int MAX_LENGTH = 1 << 20;

  byte[] write() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeBoolean(version == TlsVersion.TLS_1_3);
      out.writeLong(received.toEpochMilli());
      out.writeLong(expires.getEpochSecond());
      out.writeShort(cipherSuite);
      out.writeBoolean(extendedMasterSecret);
      out.writeInt((int) ageAdd);
      for (byte[] part : List.of(secret, id, ticket, serverExtensions)) {
        out.writeInt(part.length);
        out.write(part);
      }
      out.writeByte(peerChain.size());
      for (byte[] certificate : peerChain) {
        out.writeInt(certificate.length);
        out.write(certificate);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Not in memory.
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #write} gave.
   *
   * @throws IOException when it is of another format, or of none
   */
  static SavedSession read(byte[] bytes) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != FORMAT) {
        throw new IOException("The session is of another format.");
      }
      TlsVersion version = in.readBoolean() ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
      Instant received = Instant.ofEpochMilli(in.readLong());
      Instant expires = Instant.ofEpochSecond(in.readLong());
      int cipherSuite = in.readUnsignedShort();
      boolean extended = in.readBoolean();
      long ageAdd = Integer.toUnsignedLong(in.readInt());
      byte[] secret = part(in);
      byte[] id = part(in);
      byte[] ticket = part(in);
      byte[] extensions = part(in);
      List<byte[]> chain = new ArrayList<>();
      for (int count = in.readUnsignedByte(); count > 0; count--) {
        chain.add(part(in));
      }
      return new SavedSession(
          version,
          received,
          expires,
          cipherSuite,
          secret,
          extended,
          id,
          ticket,
          ageAdd,
          extensions,
          chain);
    }
  }

  /**
   * The ticket's age as it is sent (RFC 8446 section 4.2.11.1); servers refuse tickets whose age is
   * not what they expect.
   *
   * @return an unsigned number of 32 bits
   */
  long obfuscatedAge(Instant now) {
    long age = Math.max(0, Duration.between(received, now).toMillis());
    return (age + ageAdd) & 0xFFFF_FFFFL;
  }

  private static byte[] part(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_LENGTH) {
      throw new IOException("a part of " + length + " bytes");
    }
    byte[] part = new byte[length];
    in.readFully(part);
    return part;
  }

  @Override
  public String toString() {
    return "SavedSession[" + version.protocol() + "]";
  }
}
