import { describe, expect, it } from 'vitest';
import { readManifest, readUnit, textOf } from './manifest.ts';

// What keeps a lobby's machine alive and closed, by file: a line that goes is a line that somebody takes out here as well, with its reason. What the walls of each unit are worth, `check` asks
// systemd; what the firewall means, firewall.debian.ts asks the kernel; what may be plugged in, usb-rules.test.ts.

const hardening: Readonly<Record<string, readonly string[]>> = {
  // Whoever hangs is started anew: the kernel, init, and each program of ours. A Pi's watchdog counts to 15 s at most.
  '/etc/systemd/system.conf.d/new-concierge.conf': [
    'RuntimeWatchdogSec=14s',
    'RebootWatchdogSec=2min',
    'CrashReboot=yes',
    'DumpCore=no',
    'CtrlAltDelBurstAction=none',
  ],
  '/etc/default/raspi-firmware-custom': ['dtparam=watchdog=on', 'dtoverlay=disable-bt'],
  '/etc/sysctl.d/60-new-concierge.conf': [
    'kernel.panic = 10',
    'kernel.panic_on_oops = 1',
    'kernel.sysrq = 0',
    'kernel.kptr_restrict = 2',
    'kernel.dmesg_restrict = 1',
    'kernel.perf_event_paranoid = 3',
    'kernel.unprivileged_bpf_disabled = 1',
    'kernel.yama.ptrace_scope = 2',
    'kernel.core_pattern = |/bin/false',
    'fs.suid_dumpable = 0',
    'fs.protected_fifos = 2',
    'fs.protected_regular = 2',
    'fs.protected_hardlinks = 1',
    'fs.protected_symlinks = 1',
    'net.core.bpf_jit_harden = 2',
    'net.ipv4.ip_forward = 0',
    'net.ipv6.conf.all.forwarding = 0',
    'net.ipv4.conf.all.rp_filter = 1',
    'net.ipv4.conf.all.accept_redirects = 0',
    'net.ipv6.conf.all.accept_redirects = 0',
    'net.ipv4.conf.all.send_redirects = 0',
    'net.ipv4.conf.all.accept_source_route = 0',
    'net.ipv6.conf.all.accept_source_route = 0',
    'net.ipv4.tcp_syncookies = 1',
  ],
  // Nothing is written to the card but what has to be.
  '/etc/initramfs-tools/modules': ['overlay'],
  '/etc/systemd/journald.conf.d/new-concierge.conf': [
    'Storage=volatile',
    'RuntimeMaxUse=32M',
    'RateLimitBurst=2000',
    'ForwardToConsole=no',
  ],
  '/etc/systemd/zram-generator.conf': ['[zram0]', 'zram-size = ram / 2', 'compression-algorithm = zstd'],
  // Nobody is served, and no name is answered to.
  '/etc/chrony/conf.d/new-concierge.conf': ['port 0', 'makestep 1 3', 'minsources 2'],
  '/etc/systemd/resolved.conf.d/new-concierge.conf': ['LLMNR=no', 'MulticastDNS=no'],
  '/etc/systemd/network/20-cable.network': ['LLDP=no', 'EmitLLDP=no', 'SendHostname=no', 'UseHostname=no', 'ClientIdentifier=mac'],
  '/etc/systemd/network/30-wifi.network': ['LLDP=no', 'EmitLLDP=no', 'SendHostname=no', 'UseHostname=no', 'ClientIdentifier=mac'],
  '/etc/new-concierge/sshd_config': [
    'AllowUsers root',
    'PermitRootLogin prohibit-password',
    'AuthenticationMethods publickey',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'DisableForwarding yes',
    'AuthorizedKeysFile /run/new-concierge-ssh/authorized_keys',
  ],
  '/etc/usbguard/usbguard-daemon.conf': [
    'ImplicitPolicyTarget=block',
    'PresentDevicePolicy=apply-policy',
    'InsertedDevicePolicy=apply-policy',
    'AuthorizedDefault=none',
    'IPCAllowedUsers=root',
    'IPCAllowedGroups=',
  ],
  '/etc/modprobe.d/new-concierge.conf': ['usb_storage', 'uas', 'bluetooth', 'btusb', 'firewire_core', 'dccp', 'sctp', 'rds', 'tipc'].map(
    (module) => `install ${module} /bin/false`,
  ),
  // From the power button to the first frame there is the logo, and not a word.
  '/etc/plymouth/plymouthd.conf': ['Theme=new-concierge', 'ShowDelay=0'],
  '/etc/systemd/system/plymouth-quit.service.d/new-concierge.conf': ['ExecStart=-/usr/bin/plymouth quit --retain-splash'],
  '/etc/systemd/system/seatd.service.d/new-concierge.conf': [
    'ExecStart=/usr/sbin/seatd -g kiosk-screen',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
  ],
};

it.each(Object.entries(hardening))('%s says what it must', (path, lines) => {
  expect(textOf(path).split('\n')).toEqual(expect.arrayContaining([...lines]));
});

describe('systemd’s watchdog', () => {
  it.each([
    ['agent', 'answers'],
    ['chromium', 'paints'],
    ['electron', 'paints'],
  ])('stands over the %s, and is fed by what it is there for', (unit, duty) => {
    const service = readUnit(textOf(`/etc/systemd/system/new-concierge-${unit}.service`));
    const said = (key: string) => service.get('Service')?.get(key);
    expect([said('Type'), said('WatchdogSec'), said('NotifyAccess'), said('Restart')]).toEqual([['notify'], ['60'], ['all'], ['always']]);
    expect(said('ExecStart')?.[0]).toMatch(new RegExp(`^/usr/lib/new-concierge/watched ${duty} -- `));
    expect(service.get('Unit')?.get('OnFailure')).toEqual(['new-concierge-reboot@%n.service']);
    // One page of the browser that the kernel takes for want of memory does not end the compositor and all that it shows.
    expect(said('OOMPolicy')).toEqual(duty === 'paints' ? ['continue'] : undefined);
  });
});

// A star alone leaves chrome://version and its like open, as tried with Chromium 156; pictures, films and what the page fetches are no navigations.
it('lets Chromium go nowhere but to the agent’s page and the shell’s own scene, whoever types', () => {
  expect(JSON.parse(textOf('/etc/chromium/policies/managed/new-concierge.json'))).toEqual({
    URLBlocklist: ['*', 'chrome://*', 'devtools://*'],
    URLAllowlist: ['http://127.0.0.1', 'data:*'],
    DeveloperToolsAvailability: 2,
    ExtensionInstallBlocklist: ['*'],
    TaskManagerEndProcessEnabled: false,
    DownloadRestrictions: 3,
    AllowFileSelectionDialogs: false,
    PrintingEnabled: false,
    DefaultPopupsSetting: 2,
    DefaultGeolocationSetting: 2,
    BrowserSignin: 0,
    PasswordManagerEnabled: false,
    MetricsReportingEnabled: false,
  });
});

it('keeps what USBGuard writes down where it has a bound', () => {
  const path = /^AuditFilePath=(.*)$/m.exec(textOf('/etc/usbguard/usbguard-daemon.conf'))?.[1] ?? '';
  expect(textOf('/etc/fstab')).toMatch(new RegExp(`^tmpfs +${path.replace(/\/[^/]+$/, '')} +tmpfs +.*size=1M `, 'm'));
});

it('starts the kernel without a word, read-only, and lets it reboot after a panic', () => {
  for (const path of ['/etc/kernel/cmdline', '/etc/default/raspi-extra-cmdline']) {
    const words = textOf(path).trim().split(' ');
    expect(words, path).toEqual(
      expect.arrayContaining([
        'quiet',
        'splash',
        'panic=10',
        'fsck.repair=yes',
        'ro',
        'vt.global_cursor_default=0',
        'systemd.show_status=false',
      ]),
    );
    expect(words.filter((word) => /^(init=|systemd\.debug|rd\.break|single$|emergency$|rescue$|mitigations=)/.test(word))).toEqual([]);
  }
  // Wi-Fi has the name that its units wait for; on a Pi the package's own hook writes this.
  expect(textOf('/etc/kernel/cmdline')).toContain(' net.ifnames=0 ');
  // Setting it may keep a Pi 4 from starting, as the hook itself says.
  expect(textOf('/etc/default/raspi-firmware')).toMatch(/^CMA=0$/m);
  // Else systemd would mount partitions by their kind, beside fstab.
  expect(textOf('/etc/kernel/cmdline')).toContain(' systemd.gpt_auto=no');
});

it('lays memory over the root, bounded, and stops where it cannot', () => {
  const script = '/etc/initramfs-tools/scripts/init-bottom/memory-root';
  expect(
    readManifest()
      .file.find(([path]) => path === script)
      ?.slice(1),
  ).toEqual(['0755', 'root:root', 'all']);
  expect(textOf(script)).toMatch(/^mount -t tmpfs -o size=128M,mode=0755,nosuid,nodev tmpfs \/run\/memory-root \|\| panic /m);
  expect(textOf(script)).toMatch(/^mount -t overlay -o lowerdir=\/run\/memory-root\/card,[^\n]+ \|\|\n\tpanic /m);
});

it('mounts what is written so that nothing starts from it, but the slots of releases', () => {
  const mounts = textOf('/etc/fstab')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/ +/));
  expect(mounts.map(([, folder]) => folder)).toEqual([
    '/boot/firmware',
    ...['state', 'cache', 'release'].map((name) => `/var/lib/new-concierge/${name}`),
    '/var/log/usbguard',
    '/tmp',
  ]);
  for (const [device = '', folder = '', , options = ''] of mounts) {
    const said = options.split(',');
    expect(said, folder).toEqual(expect.arrayContaining(['nosuid', 'nodev']));
    expect(said.includes('noexec'), folder).toBe(!folder.endsWith('/release'));
    // A partition that is missing does not stop the start, and one that is damaged is not written to any more.
    if (device.startsWith('LABEL=')) expect(said, folder).toContain('nofail');
    if (device.startsWith('LABEL=nc-')) expect(said, folder).toContain('errors=remount-ro');
    // Memory is bounded, and so is what USBGuard writes down of each device.
    if (device === 'tmpfs') expect(options, folder).toMatch(/,size=\d+M$/);
  }
});
