import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files of /proc and /sys as such boards have them, shortened where nothing reads the rest. Kept as a table: their names hold colons, which not every system takes as file names. */
export type BoardFiles = Readonly<Record<string, string>>;

/** A Raspberry Pi 4 (4 GB) with an SD card, under a load that its supply does not bear; kernel 6.1. */
export const piFour: BoardFiles = {
  'sys/class/thermal/thermal_zone0/type': 'cpu-thermal\n',
  'sys/class/thermal/thermal_zone0/temp': '63776\n',
  'sys/devices/platform/soc/soc:firmware/get_throttled': '50005\n',
  'proc/meminfo':
    'MemTotal:        3885396 kB\nMemFree:         2190668 kB\nMemAvailable:    3021584 kB\nBuffers:           48332 kB\nCached:           805412 kB\nSwapCached:            0 kB\n',
  'proc/loadavg': '1.42 1.10 0.87 2/231 4021\n',
  'proc/uptime': '1209743.52 4521190.11\n',
  'proc/cpuinfo': [0, 1, 2, 3]
    .map((core) => `processor\t: ${core}\nBogoMIPS\t: 108.00\nFeatures\t: fp asimd evtstrm crc32 cpuid\nCPU implementer\t: 0x41\n\n`)
    .join(''),
  'proc/self/mountinfo': [
    '21 26 0:20 / /sys rw,nosuid,nodev,noexec,relatime shared:6 - sysfs sysfs rw',
    '22 26 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw',
    '26 1 0:24 / / rw,relatime shared:1 - overlay overlay rw,lowerdir=/run/lower,upperdir=/run/upper/data,workdir=/run/upper/work',
    '30 26 179:3 / /var/lib/new-concierge/state ro,nosuid,nodev,noexec,noatime shared:20 - ext4 /dev/mmcblk0p3 rw,errors=remount-ro,data=journal',
    '31 26 179:4 / /var/lib/new-concierge/cache rw,nosuid,nodev,noexec,noatime shared:21 - ext4 /dev/mmcblk0p4 rw,errors=remount-ro',
    '40 31 179:3 /identity /var/lib/new-concierge/cache/agent/identity rw,noatime shared:20 - ext4 /dev/mmcblk0p3 rw,errors=remount-ro,data=journal',
    '',
  ].join('\n'),
  'sys/block/mmcblk0/stat':
    '   48211    15204  3922104   381122   201133   188423  9437184  4411239        0  1288152  4792361        0        0        0        0        0        0\n',
  'sys/fs/ext4/mmcblk0p3/errors_count': '0\n',
  'sys/fs/ext4/mmcblk0p4/errors_count': '0\n',
};

/** A Compute Module 5 with eMMC, well; kernel 6.12, which no longer shows the firmware's word. Its cache file system has met damage and is read-only. */
export const piFive: BoardFiles = {
  'sys/class/thermal/thermal_zone0/type': 'cpu-thermal\n',
  'sys/class/thermal/thermal_zone0/temp': '48250\n',
  'sys/class/hwmon/hwmon0/name': 'cpu_thermal\n',
  'sys/class/hwmon/hwmon1/name': 'rp1_adc\n',
  'sys/class/hwmon/hwmon2/name': 'rpi_volt\n',
  'sys/class/hwmon/hwmon2/in0_lcrit_alarm': '0\n',
  'proc/meminfo': 'MemTotal:        8256816 kB\nMemFree:         6190512 kB\nMemAvailable:    7402272 kB\n',
  'proc/loadavg': '0.08 0.11 0.09 1/198 2210\n',
  'proc/uptime': '86401.07 340012.88\n',
  'proc/cpuinfo': [0, 1, 2, 3].map((core) => `processor\t: ${core}\nBogoMIPS\t: 108.00\n\n`).join(''),
  'proc/self/mountinfo':
    '26 1 0:24 / / rw,relatime shared:1 - overlay overlay rw,lowerdir=/run/lower\n31 26 179:4 / /var/lib/new-concierge/cache rw,nosuid,noatime shared:21 - ext4 /dev/mmcblk0p4 ro,errors=remount-ro\n',
  'sys/block/mmcblk0/stat': '   9120     2204  802104    20111    31133    18423  2097152   311239        0   288152   331361\n',
  'sys/block/mmcblk0/device/life_time': '0x02 0x01\n',
  'sys/block/mmcblk0/device/pre_eol_info': '0x01\n',
  'sys/fs/ext4/mmcblk0p4/errors_count': '3\n',
};

/** Lays the files out below a folder, as the kernel would below the root. */
export function layOut(board: BoardFiles, folder: string): void {
  for (const [path, text] of Object.entries(board)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
