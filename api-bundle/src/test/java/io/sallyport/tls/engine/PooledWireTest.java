package io.sallyport.tls.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.tls.Transport;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PooledWireTest {
  private final PacketPool pool = new PacketPool(BufferKind.HEAP);
  private final FakeTransport transport = new FakeTransport();
  private final PooledWire wire = new PooledWire(transport, pool);

  @Test
  void holdsNoBufferWhenNothingHasCome() throws Exception {
    ByteBuffer only = pool.borrow();
    pool.giveBack(only);
    assertFalse(wire.received().hasRemaining());
    assertSame(only, pool.borrow());
  }

  @Test
  void keepsWhatIsNotConsumed() throws Exception {
    transport.incoming = ByteBuffer.wrap(new byte[] {1, 2, 3});
    ByteBuffer first = wire.received();
    assertEquals(1, first.get());
    wire.consume(1);
    transport.incoming = ByteBuffer.wrap(new byte[] {4});
    assertTrue(wire.receiveMore());
    assertEquals(ByteBuffer.wrap(new byte[] {2, 3, 4}), wire.received());
  }

  @Test
  void givesItsInputBackOnceAllIsConsumed() throws Exception {
    transport.incoming = ByteBuffer.wrap(new byte[] {1, 2, 3});
    wire.received();
    wire.consume(3);
    ByteBuffer back = pool.borrow();
    assertNotSame(back, pool.borrow());
    assertFalse(wire.received().hasRemaining());
  }

  @Test
  void keepsWhatTheTransportDoesNotTake() throws Exception {
    transport.room = 2;
    wire.reserve(100).put(new byte[] {1, 2, 3});
    wire.commit(3);
    assertFalse(wire.flush());
    assertEquals(2, transport.sent);
    transport.room = 10;
    assertTrue(wire.flush());
    assertEquals(3, transport.sent);
  }

  @Test
  void offersNoRoomWhileTooMuchWaits() throws Exception {
    transport.room = 0;
    ByteBuffer view = wire.reserve(PacketPool.PACKET);
    view.position(view.limit());
    wire.commit(PacketPool.PACKET);
    assertFalse(wire.reserve(1).hasRemaining());
  }

  @Test
  void tellsTheEndOnlyAfterTheLastByte() throws Exception {
    transport.incoming = ByteBuffer.wrap(new byte[] {1});
    wire.received();
    transport.incoming = ByteBuffer.allocate(0);
    transport.end = true;
    assertFalse(wire.receiveMore());
    assertTrue(wire.ended());
    assertEquals(1, wire.received().remaining());
  }

  private static final class FakeTransport implements Transport {
    private ByteBuffer incoming = ByteBuffer.allocate(0);
    private boolean end;
    private int room;
    private int sent;

    @Override
    public int read(ByteBuffer dst) {
      int count = incoming.remaining();
      dst.put(incoming);
      return count == 0 && end ? -1 : count;
    }

    @Override
    public int write(ByteBuffer src) {
      int count = Math.min(room, src.remaining());
      src.position(src.position() + count);
      room -= count;
      sent += count;
      return count;
    }
  }
}
