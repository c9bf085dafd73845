package io.sallyport.core.compatibility;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import java.util.Optional;

/** What a feature comes to, written once for all stacks, versions and roles. */
interface Behaviour {
  /** The feature that it shows. */
  Feature feature();

  /** Whether the question makes sense for a version and role. */
  default boolean appliesTo(Scene scene) {
    return true;
  }

  /** What the other side must be able to do. */
  default Feature neededOfPartner() {
    return Feature.HANDSHAKE;
  }

  /** Fails unless the stack behaves so. */
  void check(Scene scene) throws Exception;

  /**
   * The smallest configuration that asks for it: a stack that does not declare the feature must
   * refuse this.
   *
   * @return empty where it cannot be asked for
   */
  default Optional<TlsConfig> request(Scene scene) throws TlsException {
    return Optional.empty();
  }

  /** A request of the scene's role. */
  static Optional<TlsConfig> request(
      Scene scene, Change<ClientConfig.Builder> client, Change<ServerConfig.Builder> server)
      throws TlsException {
    if (scene.role() == Role.CLIENT) {
      ClientConfig.Builder builder = scene.client();
      client.apply(builder);
      return Optional.of(builder.build());
    }
    ServerConfig.Builder builder = scene.server();
    server.apply(builder);
    return Optional.of(builder.build());
  }

  /** Changes a configuration. */
  interface Change<T> {
    /** Does it. */
    void apply(T builder) throws TlsException;
  }
}
