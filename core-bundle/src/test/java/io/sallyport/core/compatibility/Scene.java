package io.sallyport.core.compatibility;

import io.sallyport.testkit.contract.Link;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.CertificateBuilder;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.testkit.transport.MemoryTransport;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A stack in a role, and another one (or the same) at the other end.
 *
 * @param stack whose behaviour is looked at
 * @param role its side
 * @param partner the other side's stack
 * @param version the only version
 */
record Scene(TlsStackOps stack, Role role, TlsStackOps partner, TlsVersion version) {
  static final String HOST = "server.test";
  static final String OTHER_HOST = "other.test";
  static final CertificateAuthority CA = CertificateAuthority.root("CN=Root");

  private static final Issued SERVER = forServer().issue();
  private static final Issued SERVER_RSA = forServer().key(KeyType.RSA_2048).issue();
  private static final Issued CLIENT = CA.certificate().subject("CN=client").forClients().issue();

  private static CertificateBuilder forServer() {
    return CA.certificate().subject("CN=" + HOST).dns(HOST, OTHER_HOST).forServers();
  }

  static Identity identity(Issued issued) throws TlsException {
    return Identity.of(issued.chain(), issued.key());
  }

  static Identity serverIdentity() throws TlsException {
    return identity(SERVER);
  }

  static Identity rsaServerIdentity() throws TlsException {
    return identity(SERVER_RSA);
  }

  static Identity clientIdentity() throws TlsException {
    return identity(CLIENT);
  }

  TlsStackOps clientStack() {
    return role == Role.CLIENT ? stack : partner;
  }

  TlsStackOps serverStack() {
    return role == Role.CLIENT ? partner : stack;
  }

  Role otherRole() {
    return role == Role.CLIENT ? Role.SERVER : Role.CLIENT;
  }

  /** A client that trusts the authority and checks the name. */
  ClientConfig.Builder client() {
    return ClientConfig.builder().authorities(List.of(CA.authorityCertificate())).version(version);
  }

  ServerConfig.Builder server() throws TlsException {
    return ServerConfig.builder().identity(serverIdentity()).version(version);
  }

  Link link(ClientConfig.Builder client, ServerConfig.Builder server) throws TlsException {
    return link(client, server, HOST);
  }

  Link link(ClientConfig.Builder client, ServerConfig.Builder server, String host)
      throws TlsException {
    return new Link(
        clientStack(), client.build(), serverStack(), server.build(), host, MemoryTransport.pair());
  }

  TlsHandle own(Link link) {
    return role == Role.CLIENT ? link.client : link.server;
  }

  TlsHandle others(Link link) {
    return role == Role.CLIENT ? link.server : link.client;
  }

  /** Prepares the two sides, so that several connections share them. */
  Pair prepare(ClientConfig.Builder client, ServerConfig.Builder server) throws TlsException {
    return new Pair(clientStack().prepare(client.build()), serverStack().prepare(server.build()));
  }

  /** Two prepared configurations. */
  record Pair(TlsStackContext client, TlsStackContext server) implements AutoCloseable {
    Link link() throws TlsException {
      return new Link(client, server, HOST, Optional.empty());
    }

    @Override
    public void close() {
      client.close();
      server.close();
    }
  }

  /** Sends bytes in both directions and sees that they arrive. */
  static void exchange(Link link, int length) throws TlsException {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    byte[] there = Link.send(link.client, link.server, ByteBuffer.wrap(bytes), length);
    byte[] back = Link.send(link.server, link.client, ByteBuffer.wrap(bytes), length);
    if (!Arrays.equals(bytes, there) || !Arrays.equals(bytes, back)) {
      throw new AssertionError("The bytes that arrived are not those that were sent.");
    }
  }

  @Override
  public String toString() {
    return stack.name()
        + " as "
        + role.name().toLowerCase(java.util.Locale.ROOT)
        + " with "
        + version.protocol()
        + ", peer "
        + partner.name();
  }
}
