/** One TLS connection as a client: established, described, and joined with the standard streams. */
package io.sallyport.launcher.connect;
