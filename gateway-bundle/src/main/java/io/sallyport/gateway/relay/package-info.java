/**
 * How one connection's bytes go through the gateway. Nothing here knows OSGi.
 *
 * <p>A {@link io.sallyport.gateway.relay.Listener} accepts; each accepted connection becomes a
 * {@code Relay} with two sides, plain or TLS, that live on one event loop.
 */
package io.sallyport.gateway.relay;
