import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { firmware } from './manifest.ts';
import { emptyFolder } from './scripts.ts';
import { standInForDebian } from './stand-in-tree.ts';

// Each question of `check` is asked of a tree with a fault planted for it. That it has nothing to say of a good one, the step `firmware` of npm test sees.

const units = '/etc/systemd/system/new-concierge-';

async function aTree(): Promise<string> {
  const tree = join(emptyFolder(), 'tree');
  await standInForDebian(tree);
  expect(spawnSync(join(firmware, 'place'), [tree, 'amd64', 'chromium']).status).toBe(0);
  return tree;
}

function check(tree: string, program: string) {
  const { status, stdout } = spawnSync(program, [tree, 'amd64', 'chromium'], { encoding: 'utf8', timeout: 120_000 });
  const said = stdout.split(/^(?=(?:not )?ok )/m);
  return { status, failed: said.filter((each) => each.startsWith('not ok ')).map((each) => each.trim()) };
}

function change(tree: string, path: string, from: string | RegExp, to: string): void {
  const text = readFileSync(join(tree, path), 'utf8');
  const changed = text.replace(from, to);
  expect(changed, path).not.toBe(text);
  writeFileSync(join(tree, path), changed);
}

describe('the check of a tree', { timeout: 180_000 }, () => {
  it('finds every fault that is planted', async () => {
    const tree = await aTree();
    // One wall less is more exposure than the unit itself allows.
    change(tree, `${units}agent.service`, 'NoNewPrivileges=yes\n', '');
    change(tree, `${units}display.service`, /^ExposureAtMost=.*$/m, '');
    change(tree, `${units}clock.service`, '[Service]\n', '[Service]\nRestartSecs=3\n');
    change(tree, '/etc/nftables.conf', 'policy drop;', 'policy dorp;');
    appendFileSync(join(tree, '/etc/usbguard/rules.conf'), 'welcome with-interface one-of { 08:*:* }\n');
    chmodSync(join(tree, '/etc/new-concierge/sshd_config'), 0o644);
    rmSync(join(tree, '/etc/systemd/system/ssh.service'));
    symlinkSync('/lib/systemd/system/ssh.service', join(tree, '/etc/systemd/system/ssh.service'));
    writeFileSync(join(tree, '/etc/new-concierge/operator'), '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n');
    writeFileSync(join(tree, '/etc/machine-id'), '0123456789abcdef0123456789abcdef\n');
    // Scripts are read where they are kept.
    const copy = join(emptyFolder(), 'firmware');
    cpSync(firmware, copy, { recursive: true });
    appendFileSync(join(copy, 'files/usr/lib/new-concierge/display-power'), '\nrm -rf $word_file/*\n');
    const { status, failed } = check(tree, join(copy, 'check'));
    expect(status).toBe(1);
    const about = (beginning: string): string => failed.find((each) => each.startsWith(`not ok ${beginning}`)) ?? '';
    expect(about('exposure of new-concierge-agent')).toMatch(/more than \d\.\d: .*Overall exposure level/);
    expect(about('exposure of new-concierge-display')).toContain('says no ExposureAtMost');
    expect(about('systemd has nothing to say')).toContain('RestartSecs');
    expect(about('nft takes the firewall')).toContain('dorp');
    expect(about('usbguard takes the rules')).not.toBe('');
    const files = about('files, modes, owners and links');
    expect(files).toContain('/etc/new-concierge/sshd_config: 644 instead of 0600');
    expect(files).toContain('/etc/systemd/system/ssh.service does not point to /dev/null');
    expect(files).toContain("/etc/nftables.conf is not the manifest's");
    expect(about('no key, no password and no identity')).toMatch(/operator[\s\S]*machine-id is not empty/);
    expect(about('shellcheck has nothing to say')).toContain('SC2086');
    expect(failed).toHaveLength(8);
  });
});
