/**
 * What applications call: connect, accept, configure, read errors.
 *
 * <p>The entry point is the OSGi service {@link io.sallyport.tls.Tls}. Nothing here names a TLS
 * stack; which one carries a connection is the platform's business and can change while the program
 * runs. A connection keeps the stack that it was created with for its whole life.
 *
 * <p>Unless a type says otherwise: arguments and results are never null, immutable values are safe
 * for any thread, services are thread-safe, and connections and handles are confined to one thread
 * at a time.
 */
@Export
@Version("0.1.0")
package io.sallyport.tls;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
