/** The TLS stack of the Java platform. */
package io.sallyport.stack.jsse;
