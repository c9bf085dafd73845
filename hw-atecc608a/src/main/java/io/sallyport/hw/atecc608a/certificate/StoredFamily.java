package io.sallyport.hw.atecc608a.certificate;

import io.sallyport.hw.atecc608a.certificate.Contents.Kind;
import io.sallyport.hw.atecc608a.certificate.Contents.Times;
import io.sallyport.hw.atecc608a.packet.Crc16;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A chip whose owner issued its certificates: slot 8 says what the compressed form cannot hold, the
 * names above all. Sallyport's own layout: "SPNAMES1", one byte of flags, the root's key
 * identifier, then, each behind its length in two bytes, the names of root, signer and device in
 * DER and the serial numbers of device and signer, empty where they are computed.
 */
final class StoredFamily implements Family {
  /** Templates of certificates of this kind: of none that the maker has. */
  static final int TEMPLATE = 0;

  private static final byte[] MAGIC = "SPNAMES1".getBytes(StandardCharsets.US_ASCII);
  private static final String DAMAGED = "the names in slot 8, or slot 12, are damaged";
  private static final int KEY_ID = 20;
  private static final int RFC_DEVICE = 1;
  private static final int RFC_SIGNER = 2;

  private final byte[] rootId;
  private final byte[] rootName;
  private final byte[] signerName;
  private final byte[] deviceName;
  private final byte[] deviceSerial;
  private final byte[] signerSerial;
  private final Times deviceTimes;
  private final Times signerTimes;

  /** By what two certificates say. */
  StoredFamily(Contents device, boolean storeDevice, Contents signer, boolean storeSigner) {
    this.rootId = signer.authorityKeyId();
    this.rootName = signer.issuer();
    this.signerName = signer.subject();
    this.deviceName = device.subject();
    this.deviceSerial = storeDevice ? device.serial() : new byte[0];
    this.signerSerial = storeSigner ? signer.serial() : new byte[0];
    this.deviceTimes = device.times();
    this.signerTimes = signer.times();
  }

  private StoredFamily(byte[] record, byte[] signer) {
    ByteBuffer in = ByteBuffer.wrap(record).position(MAGIC.length);
    int flags = in.get();
    this.deviceTimes = (flags & RFC_DEVICE) != 0 ? Times.RFC_5280 : Times.MAKER;
    this.signerTimes = (flags & RFC_SIGNER) != 0 ? Times.RFC_5280 : Times.MAKER;
    this.rootId = bytes(in, KEY_ID);
    this.rootName = bytes(in, in.getShort());
    this.signerName = bytes(in, in.getShort());
    this.deviceName = bytes(in, in.getShort());
    this.deviceSerial = bytes(in, in.getShort());
    this.signerSerial = bytes(in, in.getShort());
    int covered = in.position();
    if ((in.getShort() & 0xFFFF) != crc(record, covered, signer)) {
      throw new IllegalArgumentException(DAMAGED);
    }
  }

  private static int crc(byte[] record, int length, byte[] signer) {
    byte[] all = Arrays.copyOf(record, length + signer.length);
    System.arraycopy(signer, 0, all, length, signer.length);
    return Crc16.of(all, 0, all.length);
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException(DAMAGED);
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /**
   * What a chip's slot 8 says; empty when it holds something else.
   *
   * @throws IllegalArgumentException when it is damaged
   */
  static Optional<Family> of(Memory memory) {
    byte[] general = memory.general();
    if (general.length < MAGIC.length + 1 + KEY_ID + 6 * Short.BYTES
        || !Arrays.equals(general, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new StoredFamily(general, memory.signer()));
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(DAMAGED, e);
    }
  }

  /**
   * For slot 8.
   *
   * @param signer what slot 12 will hold
   */
  byte[] encode(byte[] signer) {
    byte[][] fields = {rootName, signerName, deviceName, deviceSerial, signerSerial};
    int length = MAGIC.length + 1 + KEY_ID + Short.BYTES;
    for (byte[] field : fields) {
      length += Short.BYTES + field.length;
    }
    int flags =
        (deviceTimes == Times.RFC_5280 ? RFC_DEVICE : 0)
            | (signerTimes == Times.RFC_5280 ? RFC_SIGNER : 0);
    ByteBuffer out = ByteBuffer.allocate(length).put(MAGIC).put((byte) flags).put(rootId);
    for (byte[] field : fields) {
      out.putShort((short) field.length).put(field);
    }
    byte[] record = out.array();
    int crc = crc(record, out.position(), signer);
    record[length - 2] = (byte) (crc >>> Byte.SIZE);
    record[length - 1] = (byte) crc;
    return record;
  }

  @Override
  public List<Contents> device(CompressedCertificate certificate, Memory memory) {
    return List.of(
        new Contents(
            Kind.DEVICE,
            serial(certificate, deviceSerial, memory.point(), memory),
            signerName,
            certificate.notBefore(),
            certificate.notAfter(),
            deviceTimes,
            deviceName,
            memory.point(),
            Optional.empty(),
            Contents.keyId(memory.signerPoint())));
  }

  @Override
  public List<Contents> signer(CompressedCertificate certificate, Memory memory) {
    byte[] point = memory.signerPoint();
    return List.of(
        new Contents(
            Kind.SIGNER,
            serial(certificate, signerSerial, point, memory),
            rootName,
            certificate.notBefore(),
            certificate.notAfter(),
            signerTimes,
            signerName,
            point,
            Optional.empty(),
            rootId));
  }

  private static byte[] serial(
      CompressedCertificate certificate, byte[] stored, byte[] point, Memory memory) {
    SerialSource source = certificate.serialSource();
    return source.isStored() ? stored : source.serial(certificate, point, memory.serial());
  }

  @Override
  public Optional<byte[]> root() {
    return Optional.empty();
  }
}
