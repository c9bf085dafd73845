package io.sallyport.launcher.command;

import java.util.List;

/** Which bundles a command needs, by file name; fewer bundles start faster. */
final class Bundles {
  private static final String LINE_EDITOR = "jline";
  private static final List<String> SHELL = List.of("gogo", LINE_EDITOR);
  private static final List<String> GATEWAY = List.of("netty", "io.sallyport.gateway");

  private Bundles() {}

  /** Core and the stacks: no gateway, no shell. */
  static boolean forClients(String file) {
    return forGateway(file) && GATEWAY.stream().noneMatch(file::contains);
  }

  /** The gateway, but no shell. */
  static boolean forGateway(String file) {
    return SHELL.stream().noneMatch(file::contains);
  }

  /** The gateway and the shell's commands, but nothing for a person who types. */
  static boolean forScripts(String file) {
    return !file.contains(LINE_EDITOR);
  }

  /** All of them. */
  static boolean all(String file) {
    return !file.isEmpty();
  }
}
