/** Commands of the Gogo shell that come from a file or a pipe. */
package io.sallyport.launcher.shell;
