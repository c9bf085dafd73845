package io.sallyport.benchmarks.subject;

import io.sallyport.benchmarks.proc.Children;
import io.sallyport.benchmarks.proxy.BareProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The bare Netty and Conscrypt proxy in a virtual machine of its own. */
public final class Bare implements Subject {

  private final Children children;
  private final Site site;
  private final Path java;
  private final List<String> javaOptions;

  /**
   * Describes the proxy.
   *
   * @param java the {@code java} program
   * @param javaOptions the gateway's own, so that the two differ in nothing else
   */
  public Bare(Children children, Site site, Path java, List<String> javaOptions) {
    this.children = children;
    this.site = site;
    this.java = java;
    this.javaOptions = List.copyOf(javaOptions);
  }

  @Override
  public String name() {
    return "bare";
  }

  @Override
  public boolean java() {
    return true;
  }

  @Override
  public Process start(Path directory, int port) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(javaOptions);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            BareProxy.class.getName(),
            Integer.toString(port),
            Integer.toString(site.backendPort()),
            site.certificate().toString(),
            site.key().toString()));
    return children.startQuiet(command, Map.of(), directory.resolve("bare.log"));
  }
}
