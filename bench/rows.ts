import { announcementToPaint } from './announcement-to-paint/announcement-to-paint.ts';
import { apiRead } from './api-read/api-read.ts';
import { brokerAgainstMosquitto } from './broker-against-mosquitto.ts';
import { brokerRestart } from './broker-restart/broker-restart.ts';
import { fleet } from './fleet/fleet.ts';
import { kioskPage } from './kiosk-page/kiosk-page.ts';
import type { Row } from './row.ts';
import { startUp } from './start-up/start-up.ts';

/** Everything that is measured, in the order of measuring and of docs/benchmarks.md. */
export const rows: readonly Row[] = [apiRead, announcementToPaint, brokerAgainstMosquitto, brokerRestart, fleet, kioskPage, startUp];
