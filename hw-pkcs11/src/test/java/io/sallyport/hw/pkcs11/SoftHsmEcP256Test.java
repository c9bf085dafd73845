package io.sallyport.hw.pkcs11;

/** The contract test with a key in SoftHSM. */
final class SoftHsmEcP256Test extends SoftHsmContract {
  SoftHsmEcP256Test() {
    super("-keyalg", "EC", "-groupname", "secp256r1", "-sigalg", "SHA256withECDSA");
  }
}
