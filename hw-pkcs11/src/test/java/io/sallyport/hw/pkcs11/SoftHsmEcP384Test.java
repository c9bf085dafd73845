package io.sallyport.hw.pkcs11;

/** The contract test with a key in SoftHSM. */
final class SoftHsmEcP384Test extends SoftHsmContract {
  SoftHsmEcP384Test() {
    super("-keyalg", "EC", "-groupname", "secp384r1", "-sigalg", "SHA384withECDSA");
  }
}
