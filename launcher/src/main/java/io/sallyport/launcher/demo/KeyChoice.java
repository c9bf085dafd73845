package io.sallyport.launcher.demo;

import java.util.Locale;

/** The providers whose key the demo can use. */
public enum KeyChoice {
  /** The secure element. */
  ATECC608A,
  /** The Digital Signature peripheral. */
  DS,
  /** The ECDSA peripheral. */
  ECDSA,
  /** A PKCS#11 token. */
  PKCS11;

  DemoKey key() {
    return switch (this) {
      case ATECC608A -> new Atecc608aDemoKey();
      case DS -> new DsDemoKey();
      case ECDSA -> new EcdsaDemoKey();
      case PKCS11 -> new Pkcs11DemoKey();
    };
  }

  /** As it is written on the command line: the provider's name. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
