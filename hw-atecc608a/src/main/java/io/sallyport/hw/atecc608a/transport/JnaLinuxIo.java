package io.sallyport.hw.atecc608a.transport;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;

/** Linux by JNA. */
final class JnaLinuxIo implements LinuxIo {
  private static final int READ_WRITE = 2;
  private static final int CLOSE_ON_EXEC = 0x80000;

  private final Function open;
  private final Function ioctl;
  private final Function read;
  private final Function write;
  private final Function close;

  JnaLinuxIo() {
    NativeLibrary c = NativeLibrary.getInstance("c");
    this.open = c.getFunction("open");
    this.ioctl = c.getFunction("ioctl");
    this.read = c.getFunction("read");
    this.write = c.getFunction("write");
    this.close = c.getFunction("close");
  }

  @Override
  public int open(String path) {
    return open.invokeInt(new Object[] {path, READ_WRITE | CLOSE_ON_EXEC});
  }

  @Override
  public int ioctl(int descriptor, long request, long argument) {
    return ioctl.invokeInt(
        new Object[] {descriptor, new NativeLong(request), new NativeLong(argument)});
  }

  @Override
  public int read(int descriptor, byte[] into, int length) {
    return read.invokeInt(new Object[] {descriptor, into, new NativeLong(length)});
  }

  @Override
  public int write(int descriptor, byte[] from, int length) {
    return write.invokeInt(new Object[] {descriptor, from, new NativeLong(length)});
  }

  @Override
  public void close(int descriptor) {
    close.invokeInt(new Object[] {descriptor});
  }

  @Override
  public int lastError() {
    return Native.getLastError();
  }
}
