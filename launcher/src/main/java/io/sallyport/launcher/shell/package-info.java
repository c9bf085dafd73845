/** The Gogo shell on the standard streams, for people and for scripts. */
package io.sallyport.launcher.shell;
