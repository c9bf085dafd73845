package io.sallyport.tls.names;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostnameMatcherTest {
  @ParameterizedTest(name = "{0} against {1}: {2}")
  @CsvSource({
    "server.example, server.example, true",
    "SERVER.example, server.EXAMPLE, true",
    "server.example., server.example, true",
    "server.example, server.example., true",
    "server.example, other.example, false",
    "server.example, server.example.com, false",
    "a.server.example, server.example, false",
    "a.server.example, *.server.example, true",
    "A.server.example, *.SERVER.example, true",
    "a.b.server.example, *.server.example, false",
    "server.example, *.server.example, false",
    "example.com, *.com, false",
    "example, *, false",
    "a.example.com, a*.example.com, false",
    "a.example.com, *a.example.com, false",
    "www.a.example.com, www.*.example.com, false",
    "a.b.example.com, *.*.example.com, false",
    ".example.com, *.example.com, false",
    "a.example.com, .example.com, false",
    "bücher.example, xn--bcher-kva.example, true",
    "xn--bcher-kva.example, bücher.example, true",
    "a.bücher.example, *.xn--bcher-kva.example, true",
    "localhost, localhost, true"
  })
  void comparesByRfc6125(String host, String presented, boolean expected) {
    assertEquals(expected, HostnameMatcher.matches(HostnameMatcher.normalize(host), presented));
  }

  @ParameterizedTest
  @CsvSource({"'', a.example", "a.example, ''"})
  void nothingMatchesNothing(String host, String presented) {
    assertEquals(false, HostnameMatcher.matches(host, presented));
  }
}
