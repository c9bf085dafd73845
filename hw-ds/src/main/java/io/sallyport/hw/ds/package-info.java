/**
 * RSA keys that exist only as encrypted parameters, and a model of Espressif's Digital Signature
 * peripheral that signs with them. ESP-TLS: {@code ds_data}.
 */
package io.sallyport.hw.ds;
