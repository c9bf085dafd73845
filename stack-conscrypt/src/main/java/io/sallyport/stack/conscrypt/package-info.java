/** The TLS stack of Conscrypt. */
package io.sallyport.stack.conscrypt;
