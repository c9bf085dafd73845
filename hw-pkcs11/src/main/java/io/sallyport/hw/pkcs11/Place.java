package io.sallyport.hw.pkcs11;

/**
 * Where a token is. Immutable.
 *
 * @param slot what the token is known by here
 * @param setting how SunPKCS11's configuration says it
 */
record Place(long slot, String setting) {}
