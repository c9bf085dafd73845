/**
 * A demonstration that needs no configuration: own certificates, an own backend and own clients
 * around a gateway whose TLS stack is exchanged while a download runs.
 */
package io.sallyport.launcher.demo;
