import { type DestinationStream, type Logger, pino } from 'pino';

/** Logs hold no personal data: headers and bodies are never logged, and errors of the database lose what they say of a row. */
const NEVER_LOGGED = ['req.headers', 'err.parameters', 'err.where', 'err.detail'];

export function createLog(level: string, destination?: DestinationStream): Logger {
  return pino({ level, base: { service: 'cloud' }, redact: NEVER_LOGGED }, destination);
}
