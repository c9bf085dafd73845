/**
 * The platform behind the API. {@code registry} keeps candidates, leases and the active stack and
 * imports nothing of OSGi; {@code connection} drives sockets; {@code credential} reads certificates
 * and keys; {@code osgi} publishes the services.
 */
package io.sallyport.core;
