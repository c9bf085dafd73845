package io.sallyport.stack.conscrypt;

import javax.net.ssl.SSLParameters;

/**
 * Parameters with a list of groups, also before Java 20: Conscrypt asks the object for a method of
 * this name. Public, because it asks by reflection.
 */
public final class GroupParameters extends SSLParameters {
  private final String[] groups;

  /**
   * Takes over the parameters that an engine has.
   *
   * @param groups names, most preferred first
   */
  GroupParameters(SSLParameters current, String... groups) {
    super(current.getCipherSuites(), current.getProtocols());
    setServerNames(current.getServerNames());
    setApplicationProtocols(current.getApplicationProtocols());
    setNeedClientAuth(current.getNeedClientAuth());
    this.groups = groups.clone();
  }

  /** The names; as the method of {@link SSLParameters} since Java 20. */
  public String[] getNamedGroups() {
    return groups.clone();
  }
}
