package io.sallyport.tls.engine;

import io.sallyport.tls.VerificationFlag;
import java.security.cert.CertificateException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A peer's certificate was refused; the flags say why, the message for people. */
final class VerificationException extends CertificateException {
  private static final long serialVersionUID = 1L;

  private final int bits;

  VerificationException(Set<VerificationFlag> flags, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.bits = VerificationFlag.bits(flags);
  }

  Set<VerificationFlag> flags() {
    return VerificationFlag.of(bits);
  }
}
