package io.sallyport.hw.pkcs11;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The few functions of a PKCS#11 module that the Java platform uses but does not offer: tokens by
 * their label, objects by their id, and a new beginning after a loss. Layouts and order of
 * functions are those of PKCS#11 2.40, sections 3 and 5, which are part of its binary interface.
 */
final class Cryptoki implements AutoCloseable {
  /** Places in CK_FUNCTION_LIST. */
  private static final int INITIALIZE = 0;

  private static final int FINALIZE = 1;
  private static final int GET_SLOT_LIST = 4;
  private static final int GET_TOKEN_INFO = 6;
  private static final int OPEN_SESSION = 12;
  private static final int CLOSE_SESSION = 13;
  private static final int GET_ATTRIBUTE_VALUE = 24;
  private static final int FIND_OBJECTS_INIT = 26;
  private static final int FIND_OBJECTS = 27;
  private static final int FIND_OBJECTS_FINAL = 28;
  private static final int SIGN_INIT = 42;
  private static final int SIGN = 43;

  private static final int CKF_OS_LOCKING_OK = 2;
  private static final int CKF_SERIAL_SESSION = 4;

  private static final int CKA_CLASS = 0;
  private static final int CKA_LABEL = 3;
  private static final int CKA_VALUE = 0x11;
  private static final int CKA_ID = 0x102;
  private static final int CKO_CERTIFICATE = 1;
  private static final int CKO_PRIVATE_KEY = 3;

  private static final int ULONG = NativeLong.SIZE;
  private static final int POINTER = Native.POINTER_SIZE;
  private static final int TOKEN_INFO = 256; // CK_TOKEN_INFO has 208 bytes at most.
  private static final int LABEL = 32;
  private static final int TOKEN_FLAGS = 96;
  private static final int MOST_OBJECTS = 1024;
  private static final int MOST_BYTES = 64 * 1024;
  private static final int MOST_SIGNED = 1024;

  private final NativeLibrary library;
  private final Pointer functions;

  private Cryptoki(NativeLibrary library, Pointer functions) {
    this.library = library;
    this.functions = functions;
  }

  /**
   * Loads a module. Keeps its symbols to itself: all modules have the same names.
   *
   * @throws IOException when it is no PKCS#11 module
   * @throws LinkageError when JNA is not there
   */
  static Cryptoki load(Path path) throws IOException {
    NativeLibrary library;
    try {
      int lazyAndLocal = 1; // RTLD_LAZY; RTLD_GLOBAL, the default, would mix two modules up.
      library =
          NativeLibrary.getInstance(
              path.toString(), Map.of(Library.OPTION_OPEN_FLAGS, lazyAndLocal));
    } catch (UnsatisfiedLinkError e) {
      throw new IOException("The library " + path + " cannot be loaded: " + e.getMessage(), e);
    }
    try (Memory list = new Memory(POINTER)) {
      list.clear();
      Function getFunctionList = library.getFunction("C_GetFunctionList");
      check("C_GetFunctionList", getFunctionList, list);
      return new Cryptoki(library, list.getPointer(0));
    } catch (UnsatisfiedLinkError e) {
      library.close();
      throw new IOException("The library " + path + " is no PKCS#11 module.", e);
    } catch (IOException e) {
      library.close();
      throw e;
    }
  }

  /** Calls C_Initialize, unless that was done before, by whomever. */
  void initialise() throws IOException {
    try (Memory arguments = new Memory(5L * POINTER + ULONG)) {
      arguments.clear();
      setLong(arguments, 4L * POINTER, CKF_OS_LOCKING_OK);
      call("C_Initialize", INITIALIZE, arguments);
    } catch (CryptokiException e) {
      if (e.code() != CryptokiException.CKR_CRYPTOKI_ALREADY_INITIALIZED) {
        throw e;
      }
    }
  }

  /** Calls C_Finalize: every session, login and object handle of this process ends. */
  void finish() throws IOException {
    try {
      call("C_Finalize", FINALIZE, Pointer.NULL);
    } catch (CryptokiException e) {
      if (e.code() != CryptokiException.CKR_CRYPTOKI_NOT_INITIALIZED) {
        throw e;
      }
    }
  }

  /** The tokens that are there and have been initialised. */
  List<TokenInfo> tokens() throws IOException {
    List<TokenInfo> tokens = new ArrayList<>();
    long[] slots = slots();
    for (int i = 0; i < slots.length; i++) {
      try (Memory info = new Memory(TOKEN_INFO)) {
        info.clear();
        call("C_GetTokenInfo", GET_TOKEN_INFO, new NativeLong(slots[i], true), info);
        String label = new String(info.getByteArray(0, LABEL), StandardCharsets.UTF_8);
        TokenInfo token =
            new TokenInfo(slots[i], i, label.stripTrailing(), getLong(info, TOKEN_FLAGS));
        if (token.isInitialised()) {
          tokens.add(token);
        }
      } catch (CryptokiException e) {
        // No token in it, or one that is of no use.
      }
    }
    return tokens;
  }

  /** All slots, in the order that SunPKCS11's slotListIndex counts. */
  private long[] slots() throws IOException {
    byte all = 0;
    try (Memory count = new Memory(ULONG)) {
      setLong(count, 0, 0);
      call("C_GetSlotList", GET_SLOT_LIST, all, Pointer.NULL, count);
      long most = getLong(count, 0) + 1;
      try (Memory list = new Memory(most * ULONG)) {
        setLong(count, 0, most);
        call("C_GetSlotList", GET_SLOT_LIST, all, list, count);
        return longs(list, getLong(count, 0));
      }
    }
  }

  /** The private keys of a token that somebody has logged in to. */
  List<TokenObject> privateKeys(long slot) throws IOException {
    try (Session session = new Session(slot)) {
      List<TokenObject> keys = new ArrayList<>();
      for (long handle : session.find(new Attribute(CKA_CLASS, ulong(CKO_PRIVATE_KEY)))) {
        keys.add(
            new TokenObject(
                handle,
                new String(session.value(handle, CKA_LABEL), StandardCharsets.UTF_8),
                Optional.of(session.value(handle, CKA_ID))
                    .filter(id -> id.length > 0)
                    .map(ObjectId::of)));
      }
      return keys;
    }
  }

  /** The encoded certificate with an id. */
  Optional<byte[]> certificate(long slot, ObjectId id) throws IOException {
    try (Session session = new Session(slot)) {
      long[] found =
          session.find(
              new Attribute(CKA_CLASS, ulong(CKO_CERTIFICATE)), new Attribute(CKA_ID, id.bytes()));
      return found.length == 0 ? Optional.empty() : Optional.of(session.value(found[0], CKA_VALUE));
    }
  }

  /**
   * Signs with a private key of a token that somebody has logged in to.
   *
   * @param key its handle
   * @param mechanism CKM_…, one without parameters
   * @param input what the mechanism takes
   */
  byte[] sign(long slot, long key, long mechanism, byte[] input) throws IOException {
    try (Session session = new Session(slot);
        Memory how = new Memory(2L * ULONG + POINTER);
        Memory in = new Memory(input.length);
        Memory out = new Memory(MOST_SIGNED);
        Memory length = new Memory(ULONG)) {
      how.clear();
      setLong(how, 0, mechanism);
      in.write(0, input, 0, input.length);
      setLong(length, 0, MOST_SIGNED);
      call("C_SignInit", SIGN_INIT, session.handle, how, new NativeLong(key, true));
      call("C_Sign", SIGN, session.handle, in, new NativeLong(input.length), out, length);
      return out.getByteArray(0, Math.toIntExact(getLong(length, 0)));
    }
  }

  /** Lets the module go; it stays loaded while the Java platform uses it. */
  @Override
  public void close() {
    library.close();
  }

  private void call(String name, int place, Object... arguments) throws CryptokiException {
    // The version in front of the pointers fills up to their alignment, except on Windows.
    long first = Platform.isWindows() ? 2 : POINTER;
    Pointer function = functions.getPointer(first + (long) place * POINTER);
    check(name, Function.getFunction(function), arguments);
  }

  private static void check(String name, Function function, Object... arguments)
      throws CryptokiException {
    NativeLong result = (NativeLong) function.invoke(NativeLong.class, arguments);
    if (result.longValue() != 0) {
      throw new CryptokiException(name, result.longValue() & 0xFFFFFFFFL);
    }
  }

  private static byte[] ulong(long value) {
    try (Memory memory = new Memory(ULONG)) {
      setLong(memory, 0, value);
      return memory.getByteArray(0, ULONG);
    }
  }

  private static void setLong(Pointer memory, long offset, long value) {
    memory.setNativeLong(offset, new NativeLong(value, true));
  }

  private static long getLong(Pointer memory, long offset) {
    return memory.getNativeLong(offset).longValue();
  }

  private static long[] longs(Pointer memory, long count) {
    long[] values = new long[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = getLong(memory, (long) i * ULONG);
    }
    return values;
  }

  private static final class Attribute {
    private final long type;
    private final byte[] value;

    Attribute(long type, byte[] value) {
      this.type = type;
      this.value = value;
    }
  }

  /** CK_ATTRIBUTE: type, pointer, length. */
  private static final class Template implements AutoCloseable {
    private static final int SIZE = 2 * ULONG + POINTER;
    private static final int LENGTH = ULONG + POINTER;

    private final Memory attributes;
    private final List<Memory> values = new ArrayList<>();

    Template(Attribute... wanted) {
      attributes = new Memory((long) SIZE * wanted.length);
      for (int i = 0; i < wanted.length; i++) {
        Memory value = new Memory(wanted[i].value.length);
        value.write(0, wanted[i].value, 0, wanted[i].value.length);
        values.add(value);
        setLong(attributes, (long) SIZE * i, wanted[i].type);
        attributes.setPointer((long) SIZE * i + ULONG, value);
        setLong(attributes, (long) SIZE * i + LENGTH, wanted[i].value.length);
      }
    }

    @Override
    public void close() {
      values.forEach(Memory::close);
      attributes.close();
    }
  }

  private final class Session implements AutoCloseable {
    private final NativeLong handle;

    Session(long slot) throws IOException {
      try (Memory opened = new Memory(ULONG)) {
        call(
            "C_OpenSession",
            OPEN_SESSION,
            new NativeLong(slot, true),
            new NativeLong(CKF_SERIAL_SESSION),
            Pointer.NULL,
            Pointer.NULL,
            opened);
        handle = opened.getNativeLong(0);
      }
    }

    long[] find(Attribute... wanted) throws IOException {
      try (Template template = new Template(wanted);
          Memory found = new Memory((long) MOST_OBJECTS * ULONG);
          Memory count = new Memory(ULONG)) {
        NativeLong size = new NativeLong(wanted.length);
        call("C_FindObjectsInit", FIND_OBJECTS_INIT, handle, template.attributes, size);
        try {
          call("C_FindObjects", FIND_OBJECTS, handle, found, new NativeLong(MOST_OBJECTS), count);
        } finally {
          call("C_FindObjectsFinal", FIND_OBJECTS_FINAL, handle);
        }
        return longs(found, getLong(count, 0));
      }
    }

    /** An attribute's bytes; none where the object has no such attribute. */
    byte[] value(long object, int type) throws IOException {
      try (Template one = new Template(new Attribute(type, new byte[MOST_BYTES]))) {
        call(
            "C_GetAttributeValue",
            GET_ATTRIBUTE_VALUE,
            handle,
            new NativeLong(object, true),
            one.attributes,
            new NativeLong(1));
        long length = getLong(one.attributes, Template.LENGTH);
        return length < 0 || length > MOST_BYTES
            ? new byte[0]
            : one.values.get(0).getByteArray(0, Math.toIntExact(length));
      } catch (CryptokiException e) {
        if (e.code() == CryptokiException.CKR_ATTRIBUTE_TYPE_INVALID) {
          return new byte[0];
        }
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      call("C_CloseSession", CLOSE_SESSION, handle);
    }
  }
}
