/** Candidates, their proof, the active stack, leases and drain. Imports nothing of OSGi. */
package io.sallyport.core.registry;
