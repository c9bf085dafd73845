package io.sallyport.hw.pkcs11;

/** The contract test with a key in SoftHSM. */
final class SoftHsmRsa2048Test extends SoftHsmContract {
  SoftHsmRsa2048Test() {
    super("-keyalg", "RSA", "-keysize", "2048");
  }
}
