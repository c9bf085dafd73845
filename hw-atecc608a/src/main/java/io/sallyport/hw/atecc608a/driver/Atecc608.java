package io.sallyport.hw.atecc608a.driver;

import io.sallyport.hw.DeviceLostException;
import io.sallyport.hw.atecc608a.packet.Opcode;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Status;
import io.sallyport.hw.atecc608a.packet.Wire;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * A chip. Each method wakes it, does its sequence within the watchdog's time, and lets it idle; a
 * chip that fell asleep or lost an answer in between is woken again and the sequence repeated,
 * unless it would change what lasts. Data sheet: "Commands". Not thread-safe.
 */
public final class Atecc608 implements AutoCloseable {
  /** Slots, of which the first ones hold private keys. */
  public static final int SLOTS = 16;

  private static final int WAKES = 20;
  private static final int SEQUENCES = 3;
  private static final int BLOCK = 32;
  private static final int LONG = 0x80;
  private static final int DATA_ZONE = 2;
  private static final int TO_MESSAGE_DIGEST = 0x43;
  private static final int SIGN_MESSAGE_DIGEST = 0xA0;
  private static final int VERIFY_MESSAGE_DIGEST = 0x22;
  private static final int P256 = 4;

  private final Wire wire;
  private final Delay delay;

  /**
   * A chip on a wire.
   *
   * @param wire closed with this
   */
  public Atecc608(Wire wire, Delay delay) {
    this.wire = wire;
    this.delay = delay;
  }

  private interface Sequence<T> {
    T run(Session session) throws IOException;
  }

  private <T> T repeatable(Sequence<T> sequence) throws IOException {
    return run(sequence, SEQUENCES);
  }

  private <T> T once(Sequence<T> sequence) throws IOException {
    return run(sequence, 1);
  }

  private <T> T run(Sequence<T> sequence, int tries) throws IOException {
    IOException last = new ResetException("The secure element was not asked.");
    for (int attempt = 0; attempt < tries; attempt++) {
      try {
        wake();
        T result = sequence.run(new Session(wire, delay));
        wire.idle();
        return result;
      } catch (ChipException e) {
        idleIfPossible(e);
        throw e;
      } catch (ResetException e) {
        idleIfPossible(e); // If it is awake, its watchdog runs: waking would not begin anew.
        last = e;
      } catch (DeviceLostException e) {
        throw e;
      } catch (IOException e) {
        last = e;
      }
    }
    throw new DeviceLostException(last.getMessage() + " Check its connection and its power.", last);
  }

  private void idleIfPossible(IOException error) {
    try {
      wire.idle();
    } catch (IOException e) {
      error.addSuppressed(e);
    }
  }

  private void wake() throws IOException {
    IOException failure = new ResetException("The secure element does not wake.");
    for (int attempt = 0; attempt < WAKES; attempt++) {
      try {
        Optional<Response> response = Response.parse(wire.wake());
        if (response.isPresent()) {
          Status status = response.get().status();
          if (status == Status.SELF_TEST) {
            throw new DeviceLostException(
                "The secure element failed its self-test when it woke; replace it.");
          }
          return; // Just woken; or awake already, with an older answer.
        }
      } catch (DeviceLostException e) {
        throw e;
      } catch (IOException e) {
        failure = e;
      }
      delay.millis(1);
    }
    throw new DeviceLostException(
        "The secure element does not wake (" + failure.getMessage() + "); check its connection.",
        failure);
  }

  /** The revision, four bytes: 00 00 60 02 for the ATECC608A. */
  public byte[] revision() throws IOException {
    return repeatable(session -> session.data(Opcode.INFO, 0, 0, 4));
  }

  /** The configuration zone, 128 bytes. */
  public byte[] config() throws IOException {
    return repeatable(
        session -> {
          byte[] config = new byte[4 * BLOCK];
          for (int block = 0; block < 4; block++) {
            byte[] read = session.data(Opcode.READ, LONG, block << 3, BLOCK);
            System.arraycopy(read, 0, config, block * BLOCK, BLOCK);
          }
          return config;
        });
  }

  /** The one-time programmable zone, 64 bytes. */
  public byte[] otp() throws IOException {
    return repeatable(
        session -> {
          byte[] otp = new byte[2 * BLOCK];
          for (int block = 0; block < 2; block++) {
            byte[] read = session.data(Opcode.READ, LONG | 1, block << 3, BLOCK);
            System.arraycopy(read, 0, otp, block * BLOCK, BLOCK);
          }
          return otp;
        });
  }

  /**
   * The begin of a data slot.
   *
   * @param length how many bytes
   */
  public byte[] slot(int slot, int length) throws IOException {
    return repeatable(
        session -> {
          byte[] data = new byte[(length + BLOCK - 1) / BLOCK * BLOCK];
          for (int block = 0; block * BLOCK < length; block++) {
            byte[] read =
                session.data(Opcode.READ, LONG | DATA_ZONE, slot << 3 | block << Byte.SIZE, BLOCK);
            System.arraycopy(read, 0, data, block * BLOCK, BLOCK);
          }
          return Arrays.copyOf(data, length);
        });
  }

  /** Random bytes of the chip, 32. */
  public byte[] random() throws IOException {
    return repeatable(session -> session.data(Opcode.RANDOM, 0, 0, BLOCK));
  }

  /** The public half of a slot's private key, X and Y. */
  public byte[] publicKey(int slot) throws IOException {
    return repeatable(session -> session.data(Opcode.GENKEY, 0, slot, 2 * BLOCK));
  }

  /** Makes a new private key in a slot; the old one is lost. Its public half, X and Y. */
  public byte[] generateKey(int slot) throws IOException {
    return once(session -> session.data(Opcode.GENKEY, 4, slot, 2 * BLOCK));
  }

  /**
   * Signs a digest: a fresh seed, the digest into the Message Digest Buffer, the signature.
   *
   * @param digest 32 bytes
   * @return r and s
   */
  public byte[] sign(int slot, byte[] digest) throws IOException {
    return repeatable(
        session -> {
          session.data(Opcode.RANDOM, 0, 0, BLOCK);
          session.done(Opcode.NONCE, TO_MESSAGE_DIGEST, 0, digest);
          return session.data(Opcode.SIGN, SIGN_MESSAGE_DIGEST, slot, 2 * BLOCK);
        });
  }

  /**
   * Verifies a signature.
   *
   * @param digest 32 bytes
   * @param signature r and s
   * @param publicKey X and Y
   */
  public boolean verify(byte[] digest, byte[] signature, byte[] publicKey) throws IOException {
    byte[] both = Arrays.copyOf(signature, 4 * BLOCK);
    System.arraycopy(publicKey, 0, both, 2 * BLOCK, 2 * BLOCK);
    return repeatable(
        session -> {
          session.done(Opcode.NONCE, TO_MESSAGE_DIGEST, 0, digest);
          return session.status(Opcode.VERIFY, VERIFY_MESSAGE_DIGEST, P256, both) == Status.SUCCESS;
        });
  }

  /**
   * Agrees on a secret with a slot's key, where the slot lets it out.
   *
   * @param publicKey the other's, X and Y
   * @return X of the common point
   */
  public byte[] agree(int slot, byte[] publicKey) throws IOException {
    return repeatable(session -> session.data(Opcode.ECDH, 0x0C, slot, BLOCK, publicKey));
  }

  /** The SHA-256 of a message, made by the chip. */
  public byte[] sha256(byte[] message) throws IOException {
    return repeatable(
        session -> {
          session.done(Opcode.SHA, 0, 0);
          int at = 0;
          for (; message.length - at >= 64; at += 64) {
            session.done(Opcode.SHA, 1, 64, Arrays.copyOfRange(message, at, at + 64));
          }
          byte[] rest = Arrays.copyOfRange(message, at, message.length);
          return session.data(Opcode.SHA, 0xC2, rest.length, BLOCK, rest);
        });
  }

  /** A counter's value, 0 or 1. */
  public int counter(int which) throws IOException {
    return number(repeatable(session -> session.data(Opcode.COUNTER, 0, which, 4)));
  }

  /** Counts up, and gives the new value. */
  public int increment(int which) throws IOException {
    return number(once(session -> session.data(Opcode.COUNTER, 1, which, 4)));
  }

  private static int number(byte[] littleEndian) {
    return (littleEndian[0] & 0xFF)
        | (littleEndian[1] & 0xFF) << 8
        | (littleEndian[2] & 0xFF) << 16
        | (littleEndian[3] & 0xFF) << 24;
  }

  /** Writes a word of the configuration zone, while that is not locked. */
  public void writeConfig(int offset, byte[] word) throws IOException {
    repeatable(
        session -> {
          session.done(Opcode.WRITE, 0, ((offset / BLOCK) << 3) | (offset % BLOCK / 4), word);
          return true;
        });
  }

  /** Writes a block of 32 bytes into a data slot. */
  public void writeSlot(int slot, int block, byte[] bytes) throws IOException {
    repeatable(
        session -> {
          session.done(Opcode.WRITE, LONG | DATA_ZONE, slot << 3 | block << Byte.SIZE, bytes);
          return true;
        });
  }

  /**
   * Locks the configuration zone, for ever.
   *
   * @param crc of the whole zone, so that only what was meant gets locked
   */
  public void lockConfig(int crc) throws IOException {
    once(
        session -> {
          session.done(Opcode.LOCK, 0, crc);
          return true;
        });
  }

  /** Locks the data and one-time programmable zones, for ever. */
  public void lockData() throws IOException {
    once(
        session -> {
          session.done(Opcode.LOCK, 0x81, 0);
          return true;
        });
  }

  /** Locks a slot, for ever. */
  public void lockSlot(int slot) throws IOException {
    once(
        session -> {
          session.done(Opcode.LOCK, slot << 2 | 2, 0);
          return true;
        });
  }

  @Override
  public void close() {
    wire.close();
  }
}
