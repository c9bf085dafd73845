/** What a command shows people: errors as sentences, log lines, tables, and the exit code. */
package io.sallyport.launcher.report;
