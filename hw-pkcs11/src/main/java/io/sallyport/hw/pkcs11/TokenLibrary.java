package io.sallyport.hw.pkcs11;

import io.sallyport.hw.DeviceLostException;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;

/**
 * A PKCS#11 module in this process, and the tokens that are in use through it. A module has one
 * state for the whole process, logins included: so users of one token share it, and a token that
 * was lost can cost the others a new login. Thread-safe.
 */
final class TokenLibrary implements AutoCloseable {
  /** How long a module may be occupied by somebody else. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** No number of a slot: the first one, whatever its number is. */
  private static final long FIRST = -1;

  private final Path path;
  private final Duration pause;
  private final ReadWriteLock lock = new ReentrantReadWriteLock(true);

  /** All of these only under the write lock. */
  private final Map<Long, Token> tokens = new HashMap<>();

  private final SlotProviders providers;
  private Optional<Cryptoki> cryptoki = Optional.empty();
  private Optional<Long> restarted = Optional.empty();
  private String withoutJna = "";

  /** An operation failed as it does when a token is lost. */
  private volatile boolean suspect;

  /**
   * Does not touch the module before it is used.
   *
   * @param pause tokens that work are not disturbed more often than this for one that does not
   */
  TokenLibrary(Path path, Duration pause) {
    this.path = path;
    this.pause = pause;
    this.providers = new SlotProviders(path);
  }

  Path path() {
    return path;
  }

  /**
   * Logs in to a token, or joins who has; {@link #release} must follow.
   *
   * @throws PinRefusedException when the token does not take the PIN
   * @throws TlsException INVALID_ARG when the configuration cannot be right
   * @throws IOException when the token cannot be used now
   */
  Token open(TokenChoice choice, PinSource pin) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The library " + path + " does not exist; install the token's PKCS#11 module.");
    }
    Lock exclusive = locked(lock.writeLock());
    try {
      Optional<Cryptoki> functions = functions();
      if (functions.isPresent()) {
        begin(functions.get());
      }
      Place place = place(choice, functions);
      Token open = tokens.get(place.slot());
      if (open == null) {
        AuthProvider provider = providers.provider(place, choice);
        open = Token.login(choice + " of " + path, place.slot(), provider, pin);
        tokens.put(place.slot(), open);
      }
      open.join();
      return open;
    } catch (ProviderException e) {
      throw new IOException(
          "Cannot use " + choice + " of " + path + ": " + Failures.words(e) + "; check it.", e);
    } finally {
      exclusive.unlock();
    }
  }

  /** Ends a use that {@link #open} began. The last one logs out. */
  void release(Token token) {
    atEnd(
        () -> {
          if (token.leave()) {
            token.end();
            tokens.remove(token.slot(), token);
          }
        });
  }

  /**
   * Gives the module a new beginning: after a loss most of them need it, and SunPKCS11 has no way
   * to it. Everybody else who uses the module here logs in again.
   *
   * @return false where that is not possible, or was done a moment ago and would disturb others
   * @throws IOException when the module does not begin again; the next use tries it
   */
  boolean restart() throws IOException {
    Lock exclusive = locked(lock.writeLock());
    try {
      Optional<Cryptoki> functions = functions();
      boolean recent = restarted.filter(at -> System.nanoTime() - at < pause.toNanos()).isPresent();
      if (functions.isEmpty() || (recent && !tokens.isEmpty())) {
        return false;
      }
      restarted = Optional.of(System.nanoTime());
      // Logged out before: a session handle of the old life may belong to somebody in the new one.
      tokens.values().forEach(Token::end);
      tokens.clear();
      providers.clear();
      functions.get().finish();
      begin(functions.get());
      suspect = false;
      return true;
    } finally {
      exclusive.unlock();
    }
  }

  /**
   * Ends the module until its next use, or restarts it then: some read a token only when they
   * start, and would not see that another program has changed its PIN.
   */
  void forgetPins() throws IOException {
    Lock exclusive = locked(lock.writeLock());
    try {
      suspect = true;
      if (tokens.isEmpty() && cryptoki.isPresent()) {
        providers.clear();
        cryptoki.get().finish();
      }
    } finally {
      exclusive.unlock();
    }
  }

  private void begin(Cryptoki functions) throws IOException {
    try {
      functions.initialise();
    } catch (CryptokiException e) {
      throw new IOException(
          "The library "
              + path
              + " does not start: "
              + e.getMessage()
              + " See that its device is plugged in and its service runs.",
          e);
    }
  }

  /** Whether a token was lost since the last beginning. */
  boolean isSuspect() {
    return suspect;
  }

  /** What is done with an open token. */
  interface Use<T> {
    T with(Token token) throws IOException, GeneralSecurityException;
  }

  /**
   * Does something with an open token.
   *
   * @throws DeviceLostException when the token has gone
   * @throws TlsException SE_FAILED when the token refuses
   */
  <T> T use(Token token, Use<T> use) throws IOException {
    Lock shared = locked(lock.readLock());
    try {
      if (token.hasEnded()) {
        throw new DeviceLostException(
            "The library " + path + " was started again; " + token + " needs a new login.");
      }
      return use.with(token);
    } catch (GeneralSecurityException | ProviderException | CryptokiException e) {
      if (Failures.isRefusal(e)) {
        throw new TlsException(
            TlsErrorCode.SE_FAILED,
            "It is refused by " + token + " (" + Failures.words(e) + "); use another key.",
            e);
      }
      suspect = true;
      throw new DeviceLostException(
          "There is no answer from "
              + token
              + " ("
              + Failures.words(e)
              + "); see that it is plugged in and its service runs.",
          e);
    } finally {
      shared.unlock();
    }
  }

  /** PKCS#11 itself; empty without JNA. Call it only in {@link #use}. */
  Optional<Cryptoki> cryptoki() {
    return cryptoki;
  }

  /** Under the write lock. */
  private Optional<Cryptoki> functions() throws IOException {
    if (cryptoki.isEmpty()) {
      try {
        cryptoki = Optional.of(Cryptoki.load(path));
      } catch (LinkageError e) {
        withoutJna = e.toString(); // JNA is optional.
      }
    }
    return cryptoki;
  }

  /** Where a token is. */
  private Place place(TokenChoice choice, Optional<Cryptoki> functions) throws IOException {
    if (functions.isEmpty()) {
      return blindPlace(choice);
    }
    List<TokenInfo> all = functions.get().tokens();
    List<TokenInfo> fitting = all.stream().filter(token -> fits(choice, token)).toList();
    String known =
        all.isEmpty()
            ? "none"
            : all.stream()
                .map(token -> "'" + token.label() + "' in slot " + token.slot())
                .collect(Collectors.joining(", "));
    if (fitting.isEmpty()) {
      throw new IOException(
          "Cannot find " + choice + " of " + path + "; the tokens there are: " + known + ".");
    }
    if (fitting.size() > 1) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "Cannot tell which is "
              + choice
              + " of "
              + path
              + "; choose one with 'slot' or 'token.label' of: "
              + known
              + ".");
    }
    TokenInfo found = fitting.get(0);
    if (found.isLocked()) {
      throw Failures.locked(choice + " of " + path);
    }
    return found.slot() <= Integer.MAX_VALUE
        ? new Place(found.slot(), "slot = " + found.slot())
        : new Place(found.slot(), "slotListIndex = " + found.index());
  }

  private static boolean fits(TokenChoice choice, TokenInfo token) {
    if (choice instanceof TokenChoice.Labelled labelled) {
      return labelled.label().equals(token.label());
    }
    return !(choice instanceof TokenChoice.InSlot slot) || slot.number() == token.slot();
  }

  private Place blindPlace(TokenChoice choice) throws TlsException {
    if (choice instanceof TokenChoice.InSlot slot) {
      return new Place(slot.number(), "slot = " + slot.number());
    }
    if (choice instanceof TokenChoice.Only) {
      return new Place(FIRST, "slotListIndex = 0");
    }
    throw new TlsException(
        TlsErrorCode.INVALID_ARG,
        "A token can be found by its 'token.label' only with JNA, which is not here ("
            + withoutJna
            + "); install the bundle com.sun.jna, or give 'slot'.");
  }

  private static Lock locked(Lock lock) throws IOException {
    try {
      if (lock.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return lock;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Waiting for a PKCS#11 library was interrupted.", e);
    }
    throw new IOException(
        "Another call into the PKCS#11 library has not come back for "
            + PATIENCE.toSeconds()
            + " s; check its device.");
  }

  /** Does something at an end: that is done by interrupted threads too. */
  private void atEnd(Runnable task) {
    Lock exclusive = lock.writeLock();
    boolean interrupted = false;
    try {
      long start = System.nanoTime();
      boolean held = exclusive.tryLock();
      while (!held && System.nanoTime() - start < PATIENCE.toNanos()) {
        try {
          held = exclusive.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (held) {
        try {
          task.run();
        } finally {
          exclusive.unlock();
        }
      }
      // Otherwise the module does not come back from a call, and nobody can be logged out.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Logs everybody out, and lets the module go. */
  @Override
  public void close() {
    atEnd(
        () -> {
          tokens.values().forEach(Token::end);
          tokens.clear();
          cryptoki.ifPresent(Cryptoki::close);
          cryptoki = Optional.empty();
        });
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
