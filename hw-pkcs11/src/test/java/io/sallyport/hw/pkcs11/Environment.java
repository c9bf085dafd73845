package io.sallyport.hw.pkcs11;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;

/** The environment of this process, as its native libraries see it. */
final class Environment {
  private Environment() {}

  /** Sets a variable; {@link System#getenv} does not see it. */
  static void set(String name, String value) {
    Function setenv = NativeLibrary.getInstance("c").getFunction("setenv");
    int result = setenv.invokeInt(new Object[] {name, value, 1});
    if (result != 0) {
      throw new IllegalStateException("setenv failed for " + name);
    }
  }
}
