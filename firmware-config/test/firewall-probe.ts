import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';

// A program of the test of the firewall, started inside a network of its own and as its neighbour:
//   listen tcp:443 udp:123 …                        answers whoever comes
//   knock ADDRESS USER:tcp:443 USER:udp:123 …       says of each, in a line: passes, is refused, or is dropped

const SILENT_MS = 700;

const [, , duty, ...rest] = process.argv;
if (duty === 'listen') {
  for (const each of rest) {
    const [protocol, port] = each.split(':');
    if (protocol === 'tcp') createServer((socket) => socket.on('error', () => undefined).end('here')).listen(Number(port), '0.0.0.0');
    else {
      const socket = createSocket('udp4');
      socket.on('message', (_text, from) => socket.send('here', from.port, from.address)).bind(Number(port), '0.0.0.0');
    }
  }
} else {
  const [address = '', ...doors] = rest;
  for (const door of doors) {
    const [user, protocol, port] = door.split(':');
    // The firewall asks whose a socket is: who was acting when it was made.
    process.seteuid?.(Number(user));
    const answer = await (protocol === 'tcp' ? knockTcp(address, Number(port)) : knockUdp(address, Number(port)));
    process.seteuid?.(0);
    console.log(`${door} ${answer}`);
  }
}

function knockTcp(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (said: string) => {
      resolve(said);
      socket.destroy();
    };
    socket.setTimeout(SILENT_MS, () => done('is dropped'));
    socket.once('connect', () => done('passes'));
    socket.once('error', (error) => done('code' in error && error.code === 'ECONNREFUSED' ? 'is refused' : 'is dropped'));
  });
}

function knockUdp(address: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const done = (said: string) => {
      clearTimeout(timer);
      resolve(said);
      socket.close();
    };
    const timer = setTimeout(() => done('is dropped'), SILENT_MS);
    socket.once('message', () => done('passes'));
    // What the firewall does not let out is an error of the send already.
    socket.once('error', () => done('is dropped'));
    socket.send('who is there', port, address, (error) => (error === null ? undefined : done('is dropped')));
  });
}
