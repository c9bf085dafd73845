/**
 * The command line: boots the framework with the distribution's bundles and gives it its
 * configuration.
 */
package io.sallyport.launcher;
