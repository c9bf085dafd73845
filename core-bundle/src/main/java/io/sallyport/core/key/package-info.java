/** Private keys in hardware: where they are. */
package io.sallyport.core.key;
