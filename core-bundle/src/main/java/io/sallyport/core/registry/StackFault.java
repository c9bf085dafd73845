package io.sallyport.core.registry;

/**
 * A breach of the contract of a stack's operations.
 *
 * @param operation which operation
 * @param what what it did, in words
 */
record StackFault(String operation, String what) {}
