/**
 * What a TLS stack implements, and how stacks are registered and exchanged.
 *
 * <p>A stack publishes one {@link io.sallyport.tls.stack.TlsStackOps} as an OSGi service, or hands
 * it to {@link io.sallyport.tls.stack.TlsStacks#register}. Stacks are strictly versioned, as in
 * ESP-TLS: the types here are {@code @ProviderType}, so a stack is rebuilt for each minor version.
 */
@Export
@Version("0.1.0")
package io.sallyport.tls.stack;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
