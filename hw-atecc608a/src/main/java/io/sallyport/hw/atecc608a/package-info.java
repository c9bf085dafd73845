/**
 * Microchip's secure element ATECC608A as a provider of keys. ESP-TLS: {@code use_secure_element}.
 */
package io.sallyport.hw.atecc608a;
