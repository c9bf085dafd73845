package io.sallyport.launcher.platform;

import io.sallyport.launcher.report.LauncherException;
import io.sallyport.tls.stack.TlsStacks;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** The shell's {@code tls:release}. Knows nothing of the shell; public for it to call. */
public final class ReleaseCommand {
  private final GuardedStart start;
  private final TlsStacks stacks;

  ReleaseCommand(GuardedStart start, TlsStacks stacks) {
    this.start = start;
    this.stacks = stacks;
  }

  /** Offers the command; it goes with the framework. */
  void offer(BundleContext context) {
    context.registerService(
        ReleaseCommand.class,
        this,
        FrameworkUtil.asDictionary(
            Map.of("osgi.command.scope", "tls", "osgi.command.function", "release")));
  }

  /**
   * {@code tls:release NAME}: starts a stack that is passed over, and forgets why.
   *
   * @param name of the stack, or its bundle's symbolic name
   */
  public String release(String name) throws LauncherException {
    return start.release(name, stacks);
  }
}
