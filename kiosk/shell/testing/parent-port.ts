/** For `--import`: gives a plain Node process the parent port of Electron's utility process, played by Node's own channel. */
const module = `
import { EventEmitter } from 'node:events';
const port = new EventEmitter();
port.postMessage = (message) => process.send(message);
process.on('message', (data) => port.emit('message', { data }));
process.parentPort = port;
`;

export const parentPortOfNode = `data:text/javascript,${encodeURIComponent(module)}`;
