/**
 * The TLS gateway: routes by configuration (factory PID {@code io.sallyport.gateway.route}), their
 * life, and the shell commands that show them. What happens to a connection's bytes is in {@link
 * io.sallyport.gateway.relay}.
 */
package io.sallyport.gateway;
