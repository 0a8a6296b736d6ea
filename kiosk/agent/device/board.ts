import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PowerMark, Telemetry } from '@concierge/contract/mqtt/telemetry.ts';

/**
 * What the machine says of itself in /proc and /sys. Every file may be missing, unreadable or say something else than expected on another board: then the answer is null, and nothing is
 * guessed. The files are a few hundred bytes out of the kernel's memory; a read never waits for the card.
 */

type Power = Telemetry['power'];
type Files = (path: string) => string | null;

/** Reads files below a root; null for what cannot be read. */
export function filesBelow(root: string): Files {
  return (path) => {
    try {
      return readFileSync(join(root, path), 'latin1').slice(0, MAX_FILE_LETTERS).trim();
    } catch {
      return null;
    }
  };
}

const MAX_FILE_LETTERS = 65_536;
/** The processor's own sensor by the name its driver gives it; a board may have others, of a disk or a radio. */
const PROCESSOR_SENSORS: ReadonlySet<string> = new Set(['cpu-thermal', 'cpu_thermal', 'soc-thermal', 'x86_pkg_temp']);
const MOST_SENSORS = 16;

export function temperatureCelsius(files: Files): number | null {
  const zones = Array.from({ length: MOST_SENSORS }, (_, index) => `sys/class/thermal/thermal_zone${index}`);
  const zone = zones.find((each) => PROCESSOR_SENSORS.has(files(`${each}/type`) ?? ''));
  const milli = zone === undefined ? null : integer(files(`${zone}/temp`));
  if (milli === null || milli < -60_000 || milli > 200_000) return null;
  return Math.round(milli / 100) / 10;
}

/** Where the firmware's driver shows its word: up to the Raspberry Pi 4, and on the 5, whose later kernels have left it out. */
const THROTTLED_WORDS = [
  'sys/devices/platform/soc/soc:firmware/get_throttled',
  'sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled',
];

/** Bits of `vcgencmd get_throttled` (Raspberry Pi documentation, os.adoc): the moment's at 0 to 3, those since the start sixteen above. */
const POWER_BITS = { underVoltage: 0, frequencyCapped: 1, throttled: 2, softTemperatureLimit: 3 } as const;

export function power(files: Files): Power {
  for (const path of THROTTLED_WORDS) {
    const text = files(path);
    if (text !== null && /^(0x)?[0-9a-f]{1,8}$/i.test(text)) return powerOfWord(Number.parseInt(text, 16));
  }
  // Where the word is gone, the kernel's watcher of the supply still tells of the one trouble that spoils cards.
  const alarm = lowVoltageAlarm(files);
  return {
    underVoltage: alarm === null ? null : alarm ? 'now' : 'never',
    frequencyCapped: null,
    throttled: null,
    softTemperatureLimit: null,
  };
}

export function powerOfWord(word: number): Power {
  const mark = (bit: number): PowerMark => ((word >>> bit) & 1 ? 'now' : (word >>> (bit + 16)) & 1 ? 'since-boot' : 'never');
  return {
    underVoltage: mark(POWER_BITS.underVoltage),
    frequencyCapped: mark(POWER_BITS.frequencyCapped),
    throttled: mark(POWER_BITS.throttled),
    softTemperatureLimit: mark(POWER_BITS.softTemperatureLimit),
  };
}

function lowVoltageAlarm(files: Files): boolean | null {
  for (let index = 0; index < MOST_SENSORS; index += 1) {
    if (files(`sys/class/hwmon/hwmon${index}/name`) !== 'rpi_volt') continue;
    const alarm = integer(files(`sys/class/hwmon/hwmon${index}/in0_lcrit_alarm`));
    return alarm === null ? null : alarm !== 0;
  }
  return null;
}

export function memory(files: Files): { totalBytes: number | null; availableBytes: number | null } {
  const text = files('proc/meminfo') ?? '';
  const kibibytes = (name: string) => integer(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? null);
  const bytes = (value: number | null) => (value === null ? null : value * 1_024);
  return { totalBytes: bytes(kibibytes('MemTotal')), availableBytes: bytes(kibibytes('MemAvailable')) };
}

/** Of five minutes, by the number of processors. */
export function loadPerCore(files: Files): number | null {
  const load = Number(files('proc/loadavg')?.split(' ')[1] ?? Number.NaN);
  const cores = files('proc/cpuinfo')?.match(/^processor\s*:/gm)?.length ?? 0;
  if (!Number.isFinite(load) || load < 0 || cores === 0) return null;
  return Math.min(1_000, Math.round((load / cores) * 100) / 100);
}

export function machineUptimeSeconds(files: Files): number | null {
  const seconds = Number(files('proc/uptime')?.split(' ')[0] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.floor(seconds) : null;
}

export interface DiskFacts {
  readonly readOnly: boolean | null;
  readonly fileSystemErrors: number | null;
  readonly writtenBytes: number | null;
  readonly lifeUsedPercent: number | null;
}

/** A sector of /sys/block/…/stat is 512 bytes whatever the disk's own is (Linux, Documentation/block/stat.rst). */
const SECTOR_BYTES = 512;
const SECTORS_WRITTEN_FIELD = 6;

/** The card or disk below a folder, as far as the kernel tells. */
export function disk(files: Files, folder: string): DiskFacts {
  const mount = mountOf(files, folder);
  const partition = mount?.source.startsWith('/dev/') === true ? mount.source.slice('/dev/'.length) : null;
  const name = diskOfPartition(partition) ?? (files('sys/block/mmcblk0/stat') === null ? null : 'mmcblk0');
  const sectors = name === null ? null : integer(files(`sys/block/${name}/stat`)?.split(/\s+/)[SECTORS_WRITTEN_FIELD] ?? null);
  return {
    readOnly: mount === null ? null : mount.readOnly,
    fileSystemErrors: partition === null ? null : integer(files(`sys/fs/ext4/${partition}/errors_count`)),
    writtenBytes: sectors === null ? null : sectors * SECTOR_BYTES,
    lifeUsedPercent: name === null ? null : lifeUsedPercent(files(`sys/block/${name}/device/life_time`)),
  };
}

/** `0x02 0x03`: two kinds of cells, each in tenths of its life, 11 when it is past its end (JESD84-B51, DEVICE_LIFE_TIME_EST). The worse of them counts. */
export function lifeUsedPercent(text: string | null): number | null {
  const tenths = (text?.match(/0x[0-9a-f]{2}/gi) ?? []).map((each) => Number.parseInt(each, 16)).filter((each) => each >= 1 && each <= 11);
  return tenths.length === 0 ? null : Math.max(...tenths) * 10;
}

function diskOfPartition(partition: string | null): string | null {
  return /^(mmcblk\d+|nvme\d+n\d+|sd[a-z]+|vd[a-z]+)/.exec(partition ?? '')?.[1] ?? null;
}

/**
 * The mount a folder lies on: the longest that leads to it. Read-only is what the file system itself is, as one becomes that has met damage; that a sandbox shows it so to a process is no
 * sign of anything (proc_pid_mountinfo(5): options of the mount before the dash, of the file system after it).
 */
function mountOf(files: Files, folder: string): { source: string; readOnly: boolean } | null {
  let found: { point: string; source: string; readOnly: boolean } | null = null;
  for (const line of (files('proc/self/mountinfo') ?? '').split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const point = (before.split(' ')[4] ?? '').replaceAll(String.raw`\040`, ' ');
    const [, source = '', options = ''] = after.split(' ');
    const leads = point !== '' && (folder === point || folder.startsWith(point === '/' ? '/' : `${point}/`));
    if (leads && (found === null || point.length >= found.point.length))
      found = { point, source, readOnly: options.split(',').includes('ro') };
  }
  return found;
}

function integer(text: string | null): number | null {
  if (text === null || !/^-?\d{1,15}$/.test(text)) return null;
  return Number(text);
}
