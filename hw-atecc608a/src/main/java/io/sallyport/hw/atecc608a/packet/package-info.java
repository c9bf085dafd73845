/**
 * What goes over the wire to a secure element and back; data sheet, "I2C interface" and "Commands".
 */
package io.sallyport.hw.atecc608a.packet;
