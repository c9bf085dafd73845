package io.sallyport.launcher.command;

import java.util.List;

/** Which bundles a command needs, by file name; fewer bundles start faster. */
final class Bundles {
  private static final String SHELL = "gogo";
  private static final List<String> GATEWAY = List.of("netty", "io.sallyport.gateway");

  private static final List<String> STACKS = List.of("io.sallyport.stack", "bctls", "conscrypt");

  private Bundles() {}

  /** The core alone, which reads certificates and keys. */
  static boolean forCredentials(String file) {
    return forClients(file) && STACKS.stream().noneMatch(file::contains);
  }

  /** Core and the stacks: no gateway, no shell. */
  static boolean forClients(String file) {
    return forGateway(file) && GATEWAY.stream().noneMatch(file::contains);
  }

  /** The gateway, but no shell. */
  static boolean forGateway(String file) {
    return !file.contains(SHELL);
  }

  /** All of them. */
  static boolean withShell(String file) {
    return !file.isEmpty();
  }
}
