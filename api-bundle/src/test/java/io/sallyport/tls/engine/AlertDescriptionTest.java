package io.sallyport.tls.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalInt;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertDescriptionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Received fatal alert: bad_certificate",
        "(bad_certificate) Received fatal alert: bad_certificate"
      })
  void readsTheMessagesOfJdk17And25(String message) {
    assertEquals(OptionalInt.of(42), AlertDescription.inJdkMessage(new SSLException(message)));
  }

  @Test
  void readsNothingElse() {
    assertEquals(
        OptionalInt.empty(), AlertDescription.inJdkMessage(new SSLException("no cipher suites")));
    assertEquals(
        OptionalInt.empty(), AlertDescription.inJdkMessage(new SSLException((String) null)));
  }

  @Test
  void describesKnownAndUnknownNumbers() {
    assertEquals(
        "'certificate_required': the peer requires a client certificate and got none",
        AlertDescription.describe(116));
    assertEquals("number 200", AlertDescription.describe(200));
  }
}
