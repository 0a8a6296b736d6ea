import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, TLSSocket } from 'node:tls';
import { topicOf } from '@concierge/contract/topics.ts';
import { type ConnectOrder, LoadOrder, type LoadReport } from './protocol.ts';
import { encode, packetType, watchPackets } from './raw-client.ts';

/** All clients of one measurement: the backend and every device. It does what it is told and says how long it took. */

interface Device {
  readonly id: string;
  readonly connectPacket: Buffer;
  readonly subscribePacket: Buffer;
  open(): Socket;
  socket: Socket | null;
  subscribed: boolean;
  hasDocument: boolean;
}

let devices: Device[] = [];
let backend: Socket | null = null;
let payloadBytes = 0;
let connectionsRetried = 0;
/** Looked at after every packet that could end what is being measured. */
let isDone: () => boolean = () => false;
let done: () => void = () => undefined;
let acknowledged: (messageId: number) => void = () => undefined;

const patienceMs = 180_000;
const retryMs = 20;
/** How many of the backend's messages may be unacknowledged: like the cloud's own client, which does not wait for each. */
const publishWindow = 200;

process.on('message', (message) => {
  void obey(LoadOrder.parse(message)).then((report) => process.send?.(report));
});
process.once('disconnect', () => process.exit(0));

async function obey(order: LoadOrder): Promise<LoadReport> {
  connectionsRetried = 0;
  if (order.kind === 'connect') await prepare(order);
  const startedMs = performance.now();
  switch (order.kind) {
    case 'connect':
      await until('subscribed', () => connectAll(devices.length));
      break;
    case 'fan-out':
      for (const device of devices) device.hasDocument = false;
      await until('hasDocument', () => void publishDocuments());
      break;
    case 'storm':
      await until('hasDocument', () => {
        for (const device of devices) {
          device.hasDocument = false;
          device.socket?.removeAllListeners('close');
          // A reset frees the port at once; a TLS socket can only be closed.
          if (device.socket instanceof TLSSocket) device.socket.destroy();
          else device.socket?.resetAndDestroy();
        }
        connectAll(order.parallel);
      });
      break;
  }
  return { tookMs: performance.now() - startedMs, connectionsRetried };
}

async function until(what: 'subscribed' | 'hasDocument', begin: () => void): Promise<void> {
  let left = devices.length;
  await new Promise<void>((resolve, reject) => {
    const impatience = setTimeout(() => reject(new Error(`${left} of ${devices.length} devices are not yet '${what}'`)), patienceMs);
    isDone = () => {
      left = devices.reduce((count, device) => count + (device[what] ? 0 : 1), 0);
      return left === 0;
    };
    done = () => {
      clearTimeout(impatience);
      resolve();
    };
    arrivals = 0;
    begin();
  });
}

let arrivals = 0;

/** Counting all devices after each arrival would be quadratic: it is worth it only when enough have arrived. */
function arrived(): void {
  arrivals += 1;
  if (arrivals >= devices.length && isDone()) done();
}

async function prepare(order: ConnectOrder): Promise<void> {
  payloadBytes = order.payloadBytes;
  const { tls } = order;
  devices = order.deviceIds.map((id, index) => {
    const certificate = tls?.devices[index];
    const secureContext =
      tls === null ? undefined : createSecureContext({ ca: tls.authorityPem, cert: certificate?.certificatePem, key: certificate?.keyPem });
    return {
      id,
      connectPacket: connectPacketOf(id, id),
      subscribePacket: encode({
        cmd: 'subscribe',
        messageId: 1,
        subscriptions: [{ topic: topicOf('content', id), qos: 1 }],
      }),
      open: () =>
        secureContext === undefined
          ? connectTcp({ port: order.devicePort, host: '127.0.0.1', noDelay: true })
          : connectTls({ port: order.devicePort, host: '127.0.0.1', servername: 'localhost', secureContext }),
      socket: null,
      subscribed: false,
      hasDocument: false,
    };
  });
  const socket =
    tls === null
      ? connectTcp({ port: order.backendPort, host: '127.0.0.1', noDelay: true })
      : connectTls({
          port: order.backendPort,
          host: '127.0.0.1',
          servername: 'localhost',
          ca: tls.authorityPem,
          cert: tls.backend.certificatePem,
          key: tls.backend.keyPem,
        });
  backend = socket;
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    watchPackets(socket, (packet) => {
      if (packet.type === packetType.connack) {
        if (packet.code === 0) resolve();
        else reject(new Error(`the broker refuses the backend with ${packet.code}`));
      }
      if (packet.type === packetType.puback) acknowledged(packet.messageId);
    });
    socket.write(connectPacketOf('backend-bench', 'backend'));
  });
}

function connectPacketOf(clientId: string, username: string): Buffer {
  return encode({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId, username, keepalive: 300 });
}

function connectAll(parallel: number): void {
  let next = 0;
  const one = () => {
    const device = devices[next];
    next += 1;
    if (device !== undefined) connectDevice(device, one);
  };
  for (let count = 0; count < Math.min(parallel, devices.length); count += 1) one();
}

/** Connects and subscribes; calls `settled` when the subscription is acknowledged. Tries again until it is. */
function connectDevice(device: Device, settled: () => void): void {
  const socket = device.open();
  device.socket = socket;
  device.subscribed = false;
  socket.on('error', () => undefined);
  socket.once('close', () => {
    if (device.socket !== socket) return;
    connectionsRetried += 1;
    setTimeout(() => connectDevice(device, settled), retryMs);
  });
  watchPackets(socket, (packet) => {
    switch (packet.type) {
      case packetType.connack:
        if (packet.code !== 0) throw new Error(`the broker refuses ${device.id} with ${packet.code}`);
        socket.write(device.subscribePacket);
        break;
      case packetType.suback:
        if (packet.code === 128) throw new Error(`the broker refuses the subscription of ${device.id}`);
        device.subscribed = true;
        settled();
        arrived();
        break;
      case packetType.publish:
        if (packet.qos === 1) socket.write(encode({ cmd: 'puback', messageId: packet.messageId }));
        if (packet.bodyBytes < payloadBytes) throw new Error(`${device.id} got a document of ${packet.bodyBytes} bytes`);
        device.hasDocument = true;
        arrived();
        break;
      default:
        throw new Error(`${device.id} got a packet of type ${packet.type}`);
    }
  });
  socket.write(device.connectPacket);
}

async function publishDocuments(): Promise<void> {
  const socket = backend;
  if (socket === null) throw new Error('there is no backend yet');
  const payload = Buffer.alloc(payloadBytes, 'd');
  let inFlight = 0;
  let wake: () => void = () => undefined;
  acknowledged = () => {
    inFlight -= 1;
    wake();
  };
  for (const [index, device] of devices.entries()) {
    while (inFlight >= publishWindow) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    inFlight += 1;
    const packet = encode({
      cmd: 'publish',
      topic: topicOf('content', device.id),
      payload,
      qos: 1,
      retain: true,
      dup: false,
      messageId: (index % 65_535) + 1,
    });
    socket.write(packet);
  }
}
