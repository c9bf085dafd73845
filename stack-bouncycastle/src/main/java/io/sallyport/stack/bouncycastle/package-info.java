/** The TLS stack of Bouncy Castle. */
package io.sallyport.stack.bouncycastle;
