/** Connections over sockets: resolve, connect, handshake, read, write, close. */
package io.sallyport.core.connection;
