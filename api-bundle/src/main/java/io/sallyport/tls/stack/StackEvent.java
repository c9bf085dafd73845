package io.sallyport.tls.stack;

/**
 * Something that happened to a stack.
 *
 * @param type what
 * @param stack name of the stack; empty when it concerns none
 * @param bundle symbolic name of its bundle; empty for a programmatic registration
 * @param generation the activation concerned; 0 when there is none
 * @param sentence one sentence for people: what happened and why
 * @param time when, in milliseconds since 1970
 */
public record StackEvent(
    StackEventType type,
    String stack,
    String bundle,
    long generation,
    String sentence,
    long time) {}
