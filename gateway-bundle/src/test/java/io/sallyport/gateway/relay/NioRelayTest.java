package io.sallyport.gateway.relay;

/** On NIO, which every platform has. */
class NioRelayTest extends RelayContract {
  @Override
  EventLoops startLoops() {
    return EventLoops.startNio(2);
  }
}
