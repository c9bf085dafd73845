package io.sallyport.hw.pkcs11;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** Where a token's PIN is. Immutable; shows where, never what. */
sealed interface PinSource {
  /**
   * The PIN.
   *
   * @return the PIN, which the caller wipes
   * @throws TlsException INVALID_ARG when there is none
   */
  char[] read() throws TlsException;

  /** Something that is equal to itself until somebody may have changed the PIN. */
  Object version();

  /** In the first line of a file. */
  record InFile(Path file) implements PinSource {
    private static final int MOST = 1024;

    @Override
    public char[] read() throws TlsException {
      byte[] bytes = new byte[MOST + 1];
      CharBuffer decoded = CharBuffer.allocate(0);
      try (InputStream in = Files.newInputStream(file)) {
        int length = in.readNBytes(bytes, 0, bytes.length);
        if (length > MOST) {
          throw wrong("is longer than " + MOST + " bytes; write the PIN alone into it");
        }
        decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
        char[] pin = firstLine(decoded.array(), decoded.limit());
        if (pin.length == 0) {
          throw wrong("is empty; write the PIN into it");
        }
        return pin;
      } catch (CharacterCodingException e) {
        throw wrong("is not text in UTF-8; write the PIN alone into it");
      } catch (TlsException e) {
        throw e;
      } catch (NoSuchFileException e) {
        throw wrong("does not exist; write the PIN alone into it");
      } catch (AccessDeniedException e) {
        throw wrong("may not be read by this user; check its permissions");
      } catch (IOException e) {
        throw wrong("cannot be read (" + e.getClass().getSimpleName() + "); check the path");
      } finally {
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(decoded.array(), '\0');
      }
    }

    private static char[] firstLine(char[] text, int length) {
      int end = 0;
      while (end < length && text[end] != '\n' && text[end] != '\r') {
        end++;
      }
      return Arrays.copyOf(text, end);
    }

    @Override
    public Object version() {
      try {
        return Files.getLastModifiedTime(file) + " " + Files.size(file);
      } catch (IOException e) {
        return "unreadable";
      }
    }

    private TlsException wrong(String what) {
      return new TlsException(TlsErrorCode.INVALID_ARG, "The PIN file " + file + " " + what + ".");
    }

    @Override
    public String toString() {
      return "the file " + file;
    }
  }

  /** In an environment variable of this process: Java keeps that as text, which cannot be wiped. */
  record InEnvironment(String name) implements PinSource {
    @Override
    public char[] read() throws TlsException {
      String pin = System.getenv(name);
      if (pin == null || pin.isEmpty()) {
        throw new TlsException(
            TlsErrorCode.INVALID_ARG,
            "The environment variable "
                + name
                + " has no PIN; set it for this process, or use 'pin.file'.");
      }
      return pin.toCharArray();
    }

    @Override
    public Object version() {
      return name; // The environment of a process does not change.
    }

    @Override
    public String toString() {
      return "the environment variable " + name;
    }
  }
}
