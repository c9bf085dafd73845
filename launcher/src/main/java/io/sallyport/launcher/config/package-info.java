/**
 * A folder of configuration files (OSGi Configurator format) and what becomes of them: read,
 * checked against what the bundles know, given to Config Admin, and followed while they change.
 */
package io.sallyport.launcher.config;
