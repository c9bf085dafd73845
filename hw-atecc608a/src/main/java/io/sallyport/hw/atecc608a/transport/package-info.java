/** The ways to a chip. */
package io.sallyport.hw.atecc608a.transport;
