/**
 * Help for stacks whose library gives a {@link javax.net.ssl.SSLEngine}. A stack extends {@link
 * io.sallyport.tls.engine.EngineStack} and describes in an {@link
 * io.sallyport.tls.engine.EngineLibrary} what differs; everything else (driving the engine,
 * verification of the peer, sentences for errors, what the handshake agreed on) is the same for all
 * and lives here.
 *
 * <p>Applications do not use this package.
 */
@Export
@Version("0.1.0")
package io.sallyport.tls.engine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
