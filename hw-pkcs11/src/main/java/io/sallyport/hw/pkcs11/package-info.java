/** Keys in PKCS#11 tokens, over the Java platform's SunPKCS11. */
package io.sallyport.hw.pkcs11;
