/**
 * Keys in the eFuse blocks of Espressif's chips, and the ECDSA peripheral that signs with them: a
 * model of both, on the chip maker's virtual eFuse files. ESP-TLS: {@code use_ecdsa_peripheral}.
 */
package io.sallyport.hw.ecdsa;
