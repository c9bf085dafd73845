package io.sallyport.hw.atecc608a.packet;

/** The one byte of a response that is no data. */
public enum Status {
  /** Done. */
  SUCCESS(0x00, "done"),
  /** A signature or a MAC does not fit. */
  MISCOMPARE(0x01, "the signature or MAC does not fit"),
  /** The command is not known, or its length or parameters are not possible. */
  PARSE(0x03, "the command or its parameters are not possible"),
  /** The curve arithmetic failed. */
  ECC(0x05, "the curve arithmetic failed; try again"),
  /** A self-test failed. */
  SELF_TEST(0x07, "a self-test failed"),
  /** The random number generator failed its test. */
  HEALTH(0x08, "the random number generator failed its test"),
  /** Locks, slot configuration or the chip's state forbid it. */
  EXECUTION(0x0F, "a lock, the slot's configuration or the state of the chip forbids it"),
  /** The chip has just woken. */
  AWAKE(0x11, "the chip has just woken"),
  /** The watchdog is about to send the chip to sleep. */
  WATCHDOG(0xEE, "the watchdog is about to send the chip to sleep"),
  /** The packet arrived damaged. */
  COMMUNICATION(0xFF, "the packet arrived damaged"),
  /** Not in the data sheet. */
  UNKNOWN(-1, "an error that the data sheet does not name");

  private final int code;
  private final String words;

  Status(int code, String words) {
    this.code = code;
    this.words = words;
  }

  /** The byte on the wire; -1 for {@link #UNKNOWN}. */
  public int code() {
    return code;
  }

  /** What it means, as part of a sentence. */
  public String words() {
    return words;
  }

  /** The status with this byte. */
  public static Status of(int code) {
    for (Status status : values()) {
      if (status.code == (code & 0xFF)) {
        return status;
      }
    }
    return UNKNOWN;
  }
}
