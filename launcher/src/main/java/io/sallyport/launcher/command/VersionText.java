package io.sallyport.launcher.command;

import io.sallyport.tls.Tls;
import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionText implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Optional.ofNullable(VersionText.class.getPackage().getImplementationVersion())
            .orElse("(not packed)");
    return new String[] {
      "Sallyport " + version,
      "Java " + Runtime.version() + ", " + Tls.class.getPackageName() + " API"
    };
  }
}
