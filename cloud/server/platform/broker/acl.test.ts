import { topics } from '@concierge/contract/topics.ts';
import { describe, expect, it } from 'vitest';
import { emqxAcl, mosquittoAcl } from './acl.ts';

describe('the access list of mosquitto', () => {
  it('is exactly this', () => {
    expect(mosquittoAcl('backend')).toBe(`# Generated from shared/contract/topics.ts. What is not allowed here is denied.
user backend
topic readwrite nc/#

pattern read nc/v1/%u/desired
pattern read nc/v1/%u/content
pattern read nc/v1/%u/scenes
pattern read nc/v1/%u/facts
pattern read nc/v1/%u/qr
pattern read nc/v1/%u/cmd/+
pattern write nc/v1/%u/cmd/+/result
pattern write nc/v1/%u/reported
pattern write nc/v1/%u/status
pattern write nc/v1/%u/tele
pattern write nc/v1/%u/event
`);
  });

  it('gives no device a topic in both directions or one that is not its own', () => {
    const patterns = mosquittoAcl('backend')
      .split('\n')
      .filter((line) => line.startsWith('pattern '));
    expect(patterns).toHaveLength(Object.keys(topics).length);
    for (const pattern of patterns) expect(pattern).toMatch(/^pattern (read|write) nc\/v1\/%u\/[^#]+$/);
  });
});

describe('the access list of EMQX', () => {
  it('is exactly this', () => {
    expect(emqxAcl('backend')).toBe(`%% Generated from shared/contract/topics.ts. What is not allowed here is denied.
{allow, {username, "backend"}, all, ["nc/#"]}.
{allow, all, subscribe, [{eq, "nc/v1/\${username}/desired"}]}.
{allow, all, subscribe, [{eq, "nc/v1/\${username}/content"}]}.
{allow, all, subscribe, [{eq, "nc/v1/\${username}/scenes"}]}.
{allow, all, subscribe, [{eq, "nc/v1/\${username}/facts"}]}.
{allow, all, subscribe, [{eq, "nc/v1/\${username}/qr"}]}.
{allow, all, subscribe, [{eq, "nc/v1/\${username}/cmd/+"}]}.
{allow, all, {publish, [{retain, false}]}, ["nc/v1/\${username}/cmd/+/result"]}.
{allow, all, {publish, [{retain, all}]}, ["nc/v1/\${username}/reported"]}.
{allow, all, {publish, [{retain, all}]}, ["nc/v1/\${username}/status"]}.
{allow, all, {publish, [{retain, false}]}, ["nc/v1/\${username}/tele"]}.
{allow, all, {publish, [{retain, false}]}, ["nc/v1/\${username}/event"]}.
{deny, all}.
`);
  });
});

it('refuses a backend name that would be read as more than a name', () => {
  for (const name of ['back end', 'a"b', '', 'x\ntopic readwrite #']) {
    expect(() => mosquittoAcl(name)).toThrow(RangeError);
    expect(() => emqxAcl(name)).toThrow(RangeError);
  }
});
