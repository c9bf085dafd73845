package io.sallyport.tls.names;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * The names of a server's certificate (RFC 6125, RFC 9525): subjectAltName, and the subject's
 * common name only where there is no name of type dNSName or iPAddress.
 */
public final class ServerIdentity {
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final List<String> dnsNames;
  private final List<String> addresses;
  private final Optional<String> commonName;

  private ServerIdentity(
      List<String> dnsNames, List<String> addresses, Optional<String> commonName) {
    this.dnsNames = dnsNames;
    this.addresses = addresses;
    this.commonName = commonName;
  }

  public static ServerIdentity of(X509Certificate certificate) {
    List<String> dnsNames = new ArrayList<>();
    List<String> addresses = new ArrayList<>();
    for (List<?> name : alternativeNames(certificate)) {
      if (name.get(0) instanceof Integer type && name.get(1) instanceof String value) {
        if (type == DNS_NAME) {
          dnsNames.add(value);
        } else if (type == IP_ADDRESS) {
          addresses.add(value);
        }
      }
    }
    Optional<String> commonName =
        dnsNames.isEmpty() && addresses.isEmpty() ? commonName(certificate) : Optional.empty();
    return new ServerIdentity(dnsNames, addresses, commonName);
  }

  /** Whether the certificate was issued for this host name or address literal. */
  public boolean matches(String expected) {
    Optional<byte[]> address = IpLiteral.parse(expected);
    if (address.isPresent()) {
      return addresses.stream().anyMatch(known -> sameAddress(address.get(), known))
          || commonName.flatMap(IpLiteral::parse).stream()
              .anyMatch(known -> Arrays.equals(known, address.get()));
    }
    String host = HostnameMatcher.normalize(expected);
    return dnsNames.stream().anyMatch(name -> HostnameMatcher.matches(host, name))
        || commonName.filter(name -> HostnameMatcher.matches(host, name)).isPresent();
  }

  /** The names, for a message; at most a few. */
  public String describe() {
    List<String> names = new ArrayList<>(dnsNames);
    names.addAll(addresses);
    commonName.ifPresent(names::add);
    if (names.isEmpty()) {
      return "no name at all";
    }
    String shown = String.join(", ", names.subList(0, Math.min(5, names.size())));
    return names.size() > 5 ? shown + " and " + (names.size() - 5) + " more" : shown;
  }

  private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException e) {
      return List.of(); // Then nothing matches.
    }
  }

  private static Optional<String> commonName(X509Certificate certificate) {
    try {
      List<Rdn> rdns = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
      for (int i = rdns.size() - 1; i >= 0; i--) { // most specific first
        if (rdns.get(i).getType().equalsIgnoreCase("CN")
            && rdns.get(i).getValue() instanceof String name) {
          return Optional.of(name);
        }
      }
    } catch (InvalidNameException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static boolean sameAddress(byte[] expected, String presented) {
    try {
      return Arrays.equals(expected, InetAddress.getByName(presented).getAddress());
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
