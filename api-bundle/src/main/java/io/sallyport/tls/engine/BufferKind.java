package io.sallyport.tls.engine;

/** Which byte buffers an engine works best on. */
public enum BufferKind {
  /** Any, without a copy; buffers of our own are direct. */
  DIRECT,
  /** Only heap buffers; bytes in direct ones are copied through the pool. */
  HEAP
}
