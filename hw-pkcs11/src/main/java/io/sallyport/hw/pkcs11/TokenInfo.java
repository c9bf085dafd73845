package io.sallyport.hw.pkcs11;

/**
 * A token, as its library describes it. Immutable.
 *
 * @param slot the number of the slot it is in
 * @param index the place of that slot in the list of all slots
 * @param label its label, without the blanks at the end
 * @param flags CK_TOKEN_INFO's
 */
record TokenInfo(long slot, int index, String label, long flags) {
  private static final long CKF_TOKEN_INITIALIZED = 0x400;
  private static final long CKF_USER_PIN_LOCKED = 0x40000;

  boolean isInitialised() {
    return (flags & CKF_TOKEN_INITIALIZED) != 0;
  }

  boolean isLocked() {
    return (flags & CKF_USER_PIN_LOCKED) != 0;
  }
}
