import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import configuration from '../../.dependency-cruiser.mjs';

export interface ForbiddenArrow {
  readonly rule: string;
  readonly reason: string;
  readonly from: string;
  readonly to: string;
  /** The files of a cycle, in order. */
  readonly via: readonly string[];
}

export const arrowRules: readonly { readonly name: string; readonly comment: string }[] = configuration.forbidden;

const folders = ['shared', 'cloud', 'kiosk', 'provisioning', 'firmware-config', 'deploy', 'tools', 'e2e', 'bench'];

/** Every import of the tree under `root` that the arrow table forbids. */
export async function forbiddenArrows(root: string): Promise<ForbiddenArrow[]> {
  const { options = {}, forbidden } = configuration;
  const { enhancedResolveOptions = {}, ...cruiseOptions } = options;
  const { output } = await cruise(
    folders.filter((folder) => existsSync(join(root, folder))),
    { ...cruiseOptions, baseDir: root, validate: true, ruleSet: { forbidden: [...forbidden] } },
    enhancedResolveOptions,
  );
  if (typeof output === 'string') throw new Error(`dependency-cruiser answered with text: ${output}`);
  const reasons = new Map(forbidden.map((rule) => [rule.name, rule.comment]));
  return output.summary.violations.map(({ rule, from, to, ...more }) => ({
    rule: rule.name,
    reason: reasons.get(rule.name) ?? '',
    from,
    to,
    via: 'cycle' in more && Array.isArray(more.cycle) ? more.cycle.map((step) => step.name) : [],
  }));
}
