package io.sallyport.core.registry;

import io.sallyport.tls.TlsHandle;

/** What the operations of a handle may answer; a broken stack may answer anything. */
final class Contract {
  private Contract() {}

  /**
   * Checks what a read answered. A 0 with room left would have its caller try again for ever.
   *
   * @param room what the buffer had left before
   * @param advanced how far its position moved
   */
  static boolean isRead(int result, int room, int advanced) {
    return result >= 0
        ? result == advanced && result <= room && (result > 0 || room == 0)
        : advanced == 0
            && (result == TlsHandle.END
                || result == TlsHandle.WANT_READ
                || result == TlsHandle.WANT_WRITE);
  }

  /**
   * Checks what a write answered.
   *
   * @param there what the buffer held before
   * @param advanced how far its position moved
   */
  static boolean isWritten(int result, int there, int advanced) {
    return result >= 0
        ? result == advanced && result <= there && (result > 0 || there == 0)
        : advanced == 0 && (result == TlsHandle.WANT_READ || result == TlsHandle.WANT_WRITE);
  }
}
