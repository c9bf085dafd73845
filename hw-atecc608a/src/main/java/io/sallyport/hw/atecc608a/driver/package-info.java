/**
 * The driver of the chip: whole sequences of commands, with the patience and the doubt they need.
 */
package io.sallyport.hw.atecc608a.driver;
