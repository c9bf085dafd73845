package io.sallyport.core.session;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.ClientSessions;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.ClientSessionOps;
import io.sallyport.tls.stack.PortableSession;
import io.sallyport.tls.stack.TlsStackOps;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals client sessions with AES-256-GCM: magic, format version, nonce, then the session and its
 * tag. What comes before the session is authenticated with it. Thread-safe.
 */
public final class SessionSealer implements ClientSessions {
  private static final byte[] MAGIC = {'S', 'P', 'C', 'S'};
  private static final int VERSION = 1;
  private static final int NONCE = MAGIC.length + 1;
  private static final int NONCE_BYTES = 12;
  private static final int BODY = NONCE + NONCE_BYTES;
  private static final int TAG_BYTES = 16;

  private final SecureRandom random = new SecureRandom();
  private final Function<String, Optional<TlsStackOps>> stacks;

  /**
   * Seals sessions of these stacks.
   *
   * @param stacks gives the stack of a name, if it is there
   */
  public SessionSealer(Function<String, Optional<TlsStackOps>> stacks) {
    this.stacks = stacks;
  }

  @Override
  public byte[] seal(ClientSession session, byte[] key) throws TlsException {
    checkKey(key);
    if (session instanceof PortableSession portable) {
      return seal(portable, key);
    }
    try (PortableSession portable = ops(session).export(session)) {
      return seal(portable, key);
    }
  }

  private ClientSessionOps ops(ClientSession session) throws TlsException {
    TlsStackOps stack =
        stacks
            .apply(session.stack())
            .orElseThrow(
                () ->
                    new TlsException(
                        TlsErrorCode.INVALID_STATE,
                        "Stack "
                            + session.stack()
                            + " is gone, and its session with it; make a new connection."));
    return stack
        .clientSessions()
        .orElseThrow(
            () ->
                new TlsException(
                    TlsErrorCode.NOT_SUPPORTED,
                    "Stack " + stack.name() + " does not support client sessions."));
  }

  private byte[] seal(PortableSession session, byte[] key) throws TlsException {
    byte[] plain = SessionFormat.write(session);
    try {
      byte[] nonce = new byte[NONCE_BYTES];
      random.nextBytes(nonce);
      byte[] sealed = new byte[BODY + plain.length + TAG_BYTES];
      System.arraycopy(MAGIC, 0, sealed, 0, MAGIC.length);
      sealed[MAGIC.length] = VERSION;
      System.arraycopy(nonce, 0, sealed, NONCE, NONCE_BYTES);
      int written =
          cipher(Cipher.ENCRYPT_MODE, key, sealed).doFinal(plain, 0, plain.length, sealed, BODY);
      if (written != plain.length + TAG_BYTES) {
        throw new IllegalStateException("AES-GCM wrote " + written + " bytes.");
      }
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new TlsException(
          TlsErrorCode.FAIL, "The Java platform cannot encrypt with AES-256-GCM.", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  @Override
  public ClientSession unseal(byte[] sealed, byte[] key) throws TlsException {
    checkKey(key);
    if (sealed.length < BODY + TAG_BYTES
        || !Arrays.equals(sealed, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "These " + sealed.length + " bytes are not a sealed client session.");
    }
    if (sealed[MAGIC.length] != VERSION) {
      throw new TlsException(
          TlsErrorCode.INVALID_VERSION,
          "The sealed client session has format "
              + sealed[MAGIC.length]
              + ", this platform reads format "
              + VERSION
              + ".");
    }
    byte[] plain = new byte[0];
    try {
      plain = cipher(Cipher.DECRYPT_MODE, key, sealed).doFinal(sealed, BODY, sealed.length - BODY);
      return SessionFormat.read(plain);
    } catch (AEADBadTagException e) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The sealed client session does not open: it was sealed with another key, or changed.",
          e);
    } catch (GeneralSecurityException e) {
      throw new TlsException(
          TlsErrorCode.FAIL, "The Java platform cannot decrypt with AES-256-GCM.", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static Cipher cipher(int mode, byte[] key, byte[] sealed)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(TAG_BYTES * Byte.SIZE, sealed, NONCE, NONCE_BYTES));
    cipher.updateAAD(sealed, 0, BODY);
    return cipher;
  }

  private static void checkKey(byte[] key) throws TlsException {
    if (key.length != KEY_BYTES) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The key for client sessions has "
              + key.length
              + " bytes; it needs "
              + KEY_BYTES
              + " random ones.");
    }
  }
}
