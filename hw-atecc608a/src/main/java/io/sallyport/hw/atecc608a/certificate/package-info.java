/**
 * X.509 certificates in the form that fits a slot of 72 bytes: its reader and writer, and the
 * certificates rebuilt from it. What is fixed by the maker's templates was taken from certificates
 * of genuine chips, which the tests rebuild byte by byte.
 */
package io.sallyport.hw.atecc608a.certificate;
