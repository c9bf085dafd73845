/** Reads certificates and private keys, and keeps the global CA store. */
package io.sallyport.core.credential;
