package io.sallyport.tls;

/**
 * Whose work a connection is: so that a log line, a metric or an audit can name it long after the
 * stack has been exchanged.
 *
 * @param stack name of its stack
 * @param libraryVersion version of its stack's TLS library
 * @param generation the activation of that stack, counted over all stacks
 * @param keyLocation where the own private key lives: "memory", a provider of hardware keys with
 *     the key's name such as "pkcs11:web", "device" for an opaque key of another JCA provider, or
 *     "none" when there is no own key
 */
public record Provenance(String stack, String libraryVersion, long generation, String keyLocation) {
  @Override
  public String toString() {
    return stack
        + " "
        + libraryVersion
        + " (generation "
        + generation
        + ", key: "
        + keyLocation
        + ")";
  }
}
