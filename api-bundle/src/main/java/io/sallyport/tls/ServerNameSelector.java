package io.sallyport.tls;

import io.sallyport.tls.names.ServerIdentity;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Chooses the first identity whose certificate is for the client's server name. */
final class ServerNameSelector implements CertificateSelector {
  private record Entry(ServerIdentity names, Identity identity) {}

  private final List<Entry> entries;

  ServerNameSelector(List<Identity> identities) {
    entries =
        identities.stream()
            .map(own -> new Entry(ServerIdentity.of(own.certificate()), own))
            .toList();
  }

  @Override
  public Optional<Identity> select(ClientHelloInfo client) {
    return client
        .serverName()
        .flatMap(
            name ->
                entries.stream()
                    .filter(entry -> entry.names.matches(name))
                    .map(Entry::identity)
                    .findFirst());
  }

  @Override
  public Collection<Identity> identities() {
    return entries.stream().map(Entry::identity).toList();
  }
}
