package io.sallyport.tls.stack;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A stack that whoever starts the platform has not started this time, because earlier starts of it
 * ended badly. Published as an OSGi service, one for each such stack, until the stack is started
 * after all. It is no candidate and carries no traffic. Immutable, thread-safe; no method waits or
 * fails, none returns null.
 */
@ProviderType
public interface PassedOverStack {
  /** The name of the stack, or the last part of its bundle's name where the stack never came up. */
  String name();

  /** The symbolic name of the stack's bundle. */
  String bundle();

  /** The version of the stack's bundle. */
  String bundleVersion();

  /** Why it is passed over, and until when, in one sentence. */
  String reason();

  /** When the last bad start was noticed to have begun, in milliseconds since 1970. */
  long since();
}
