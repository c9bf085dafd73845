package io.sallyport.hw.atecc608a.transport;

/** The five functions of Linux that an I2C device takes; each gives -1 for an error. */
interface LinuxIo {
  /** Opens for reading and writing: a descriptor. */
  int open(String path);

  int ioctl(int descriptor, long request, long argument);

  /** How many bytes were read. */
  int read(int descriptor, byte[] into, int length);

  /** How many bytes were written. */
  int write(int descriptor, byte[] from, int length);

  void close(int descriptor);

  /** The error of the last function: errno. */
  int lastError();
}
