import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { arrowRules, forbiddenArrows } from '../arrows/cruise.ts';
import { checkSources, sourceChecks } from '../arrows/source-checks.ts';
import { checkGenerated } from '../gen/generated-files.ts';
import { runCommand } from './command.ts';
import { outcomeOfChecks, type Step } from './step.ts';

/** The steps that read the code without running it, and the builds. */

export function typesStep(root: string): Step {
  const projects = ['tsconfig.json', 'cloud/web', 'kiosk/renderer', 'tools/soak/page'];
  return {
    name: 'types',
    run: async () =>
      outcomeOfChecks(
        await Promise.all(projects.map((project) => check(root, 'typescript/bin/tsc', ['-p', project, '--pretty', 'false']))),
      ),
  };
}

export function lintStep(root: string): Step {
  return {
    name: 'lint',
    run: async () =>
      outcomeOfChecks([
        await check(root, 'oxlint/bin/oxlint', ['--type-aware', '--deny-warnings']),
        await check(root, '@biomejs/biome/bin/biome', ['check', '--colors=off', '--max-diagnostics=50']),
      ]),
  };
}

export function arrowsStep(root: string): Step {
  return {
    name: 'arrows',
    async run() {
      const [arrows, findings] = await Promise.all([forbiddenArrows(root), checkSources(root)]);
      const rules = arrowRules.map(({ name, comment }) => {
        const broken = arrows.filter((arrow) => arrow.rule === name);
        return {
          passed: broken.length === 0,
          output: [
            `${name}: ${comment}`,
            ...broken.map(({ from, to, via }) => `  ${from} → ${via.length > 0 ? via.join(' → ') : to}`),
          ].join('\n'),
        };
      });
      const sources = sourceChecks.map(({ name, reason }) => {
        const broken = findings.filter((finding) => finding.check === name);
        return {
          passed: broken.length === 0,
          output: [`${name}: ${reason}`, ...broken.map(({ path, line }) => `  ${path}:${line}`)].join('\n'),
        };
      });
      return outcomeOfChecks([...rules, ...sources]);
    },
  };
}

/** Files, dependencies and exports that nobody uses, and dependencies that are used but not declared. */
export function unusedStep(root: string): Step {
  return {
    name: 'unused',
    run: async () => outcomeOfChecks([await check(root, 'knip/bin/knip.js', ['--no-progress', '--no-config-hints'])]),
  };
}

export function generatedStep(root: string): Step {
  return {
    name: 'generated',
    async run() {
      // Loaded here, because generators run the product's code: when that does not even load, this step fails and no other.
      const { generators } = await import('../gen/generators.ts');
      const files = await checkGenerated(root, generators);
      return outcomeOfChecks(
        files.map(({ path, state, detail }) => ({
          passed: state === 'current',
          output: `${path} is ${state}: ${detail}\nRun: npm run gen`,
        })),
      );
    },
  };
}

export function buildsStep(root: string): Step {
  return {
    name: 'builds',
    async run() {
      const checks = [];
      for (const folder of ['kiosk/renderer', 'cloud/web']) {
        if (existsSync(join(root, folder, 'vite.config.ts'))) checks.push(await check(root, 'vite/bin/vite.js', ['build'], folder));
      }
      return outcomeOfChecks(checks);
    },
  };
}

/** One pinned program of node_modules, run by the Node that runs us. */
async function check(root: string, program: string, args: readonly string[], folder = '.'): Promise<{ passed: boolean; output: string }> {
  const { exitCode, output } = await runCommand(process.execPath, [join(root, 'node_modules', program), ...args], {
    cwd: join(root, folder),
    env: { ...process.env, NO_COLOR: '1' },
    timeoutMs: 180_000,
  });
  return {
    passed: exitCode === 0,
    output: `${[program.split('/').at(-1), ...args].join(' ')}${folder === '.' ? '' : ` in ${folder}`}\n${output}`,
  };
}
