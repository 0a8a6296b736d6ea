// The one arrow table: who may import whom (ARCHITECTURE.md). The first two tables are the decision; below them each becomes a rule with a name
// and a reason. A new arrow or module needs an ADR and a line here; tools/arrows/arrows.test.ts wants a planted violation for every rule.
import { Visitor } from '@swc/core/Visitor.js';

const shared = ['shared/kernel', 'shared/contract', 'shared/i18n'];

/** Every runtime and what it, and where it says so its tests, may import from the others. A path ending in a file name allows that file only. */
const runtimes = {
  'shared/kernel': { mayUse: [], because: 'the kernel is pure and stands alone' },
  'shared/contract': { mayUse: ['shared/kernel'], because: 'the contract is what all sides share, so it knows none of them' },
  'shared/i18n': { mayUse: ['shared/kernel'], because: 'words belong to every side' },
  'shared/design': { mayUse: [], because: 'colours, sizes and type are given to every page and know none of them' },
  'shared/testing': {
    mayUse: [...shared, 'cloud/server/platform/postgres'],
    because: 'tests borrow the PostgreSQL launcher and no other product code',
  },
  'cloud/server': {
    mayUse: [...shared, 'kiosk/renderer/widgets/schemas.ts'],
    because: 'the cloud talks to kiosks over MQTT and to browsers over HTTP, and refuses a scene that a screen could not show',
  },
  'cloud/web': {
    mayUse: [
      ...shared,
      'shared/design',
      'kiosk/renderer/preview.tsx',
      'kiosk/renderer/widgets/forms.ts',
      'kiosk/renderer/widgets/schemas.ts',
    ],
    because: 'the office previews scenes and offers the widgets that there are; all else it asks the cloud over HTTP',
  },
  'kiosk/renderer': { mayUse: [...shared, 'shared/design'], because: 'a page that works in any shell knows only its bridge' },
  'kiosk/agent': {
    mayUse: [...shared, 'kiosk/renderer/widgets/schemas.ts'],
    because: 'the agent runs without a screen and without the cloud; it leaves out what its screen could not show',
  },
  'kiosk/shell': { mayUse: [...shared, 'kiosk/agent'], because: 'a shell wraps the agent and serves the built renderer' },
  provisioning: { mayUse: shared, because: 'provisioning reaches the cloud over HTTP only' },
  'firmware-config': {
    mayUse: [],
    testsMayUse: [...shared, 'kiosk'],
    because: 'it is files for a machine and shell that makes them; its tests hold them against the kiosk that runs there',
  },
  deploy: {
    mayUse: [],
    testsMayUse: [...shared, 'cloud/server'],
    because: 'it is files for other programs; its tests hold them against the settings and keys of the cloud',
  },
};

/** Who works on the product from outside: these use everything and nothing uses them. */
const workplaces = ['tools', 'e2e', 'bench'];

/** The cloud's modules: whose door each may use, and what it alone writes. Acyclic, checked by a test. */
const cloudModules = {
  identity: { mayUse: [], owns: 'tenants, users, sessions, roles, accounts of invitations' },
  plans: { mayUse: [], owns: 'what each tenant has agreed on, from when until when, and what it was last carried out as' },
  property: { mayUse: ['identity'], owns: 'buildings, apartments, occupancies, weight tables, building rules' },
  announcements: { mayUse: ['property'], owns: 'announcements, comments, attachments' },
  weather: { mayUse: ['property'], owns: 'the places buildings stand in, and their weather' },
  fleet: { mayUse: ['property', 'identity', 'plans'], owns: 'devices, claims, certificates, scenes, desired and reported state, releases' },
  onboarding: { mayUse: ['identity', 'property', 'fleet'], owns: 'invitations, QR join, claims of an apartment' },
  ledger: { mayUse: ['property'], owns: 'accounts, journal, balances' },
  charges: { mayUse: ['ledger', 'property'], owns: 'expenses, meters, periods, distribution, notices' },
  payments: {
    mayUse: ['ledger', 'property'],
    owns: 'providers, checkout, webhooks, manual payments, receipts, bank import, reconciliation',
  },
  arrears: { mayUse: ['ledger', 'property'], owns: 'ageing, debt report (read models only)' },
  notify: { mayUse: ['identity', 'property'], owns: 'templates, preferences, deliveries, push devices' },
  reminders: { mayUse: ['arrears', 'notify'], owns: 'reminder rules, monthly tasks' },
  decisions: { mayUse: ['property', 'identity'], owns: 'votes, ballots, assemblies, minutes, decision records' },
  work: { mayUse: ['property', 'identity'], owns: 'requests, tasks, maintenance, projects, offers, obligations' },
  lobby: {
    mayUse: ['fleet', 'property', 'announcements', 'weather', 'decisions', 'work', 'charges', 'arrears'],
    owns: 'the sanitised projection, public information, QR tokens',
  },
  office: { mayUse: ['arrears', 'ledger', 'work', 'property'], owns: 'analytics, office finance' },
};

export const arrows = { runtimes, workplaces, cloudModules };

const testFiles = '\\.(test|spec)\\.tsx?$';
/** Tests, and what a room keeps for its own tests in a folder named testing, or firmware-config in one named test. */
const tests = `${testFiles}|(^|/)test(ing)?/`;
/** What cloud and agent parse the settings of widgets with. The page takes types from it. */
const widgetSchemas = '^kiosk/renderer/widgets/([a-z-]+/schema|schemas)\\.ts$';
const everything = '^(shared|cloud|kiosk|provisioning|firmware-config|deploy|tools|e2e|bench)/';
const modules = '^cloud/server/modules/';
/** Behind a module's name, in whichever of its folders: routes.ts, claim-routes.ts, media/media-jobs.ts. */
const edge = '(/|/.*[/-])(routes|messages|jobs)\\.ts$';

const runtimeRules = Object.entries(runtimes).map(([name, { mayUse, testsMayUse = [], because }]) => ({
  name: `runtime: ${name}`,
  comment: `${name} may use ${listOf(mayUse)}: ${because}.`,
  from: { path: `^${name}/`, pathNot: testsMayUse.length === 0 ? [] : [tests] },
  to: { path: everything, pathNot: [`^${name}/`, '^shared/testing/', ...mayUse.map(pathOf)] },
}));

const runtimeTestRules = Object.entries(runtimes)
  .filter(([, { testsMayUse = [] }]) => testsMayUse.length > 0)
  .map(([name, { mayUse, testsMayUse = [], because }]) => ({
    name: `tests of runtime: ${name}`,
    comment: `The tests of ${name} may use ${listOf([...mayUse, ...testsMayUse])}: ${because}.`,
    from: { path: `^${name}(?=/).*(${tests})` },
    to: { path: everything, pathNot: [`^${name}/`, '^shared/testing/', ...[...mayUse, ...testsMayUse].map(pathOf)] },
  }));

const moduleRules = Object.entries(cloudModules).map(([name, { mayUse }]) => ({
  name: `module: ${name}`,
  comment: `The module ${name} may use ${listOf(mayUse)}. News in the other direction travels as an outbox event, wired in cloud.ts.`,
  // A test may open more doors than its module, to arrange the world it tests in.
  from: { path: `${modules}${name}/`, pathNot: tests },
  to: { path: modules, pathNot: [name, ...mayUse].map((other) => `${modules}${other}/`) },
}));

const shapeRules = [
  {
    name: 'modules meet at the door',
    comment: 'Another module is used through its index.ts only, so that its inside can change.',
    from: { path: `${modules}([^/]+)/` },
    to: { path: modules, pathNot: [`${modules}$1/`, `${modules}[^/]+/index\\.ts$`] },
  },
  {
    name: 'wiring takes doors and edges',
    comment:
      'What is outside of the modules composes their doors (index.ts) and edges (routes, messages, jobs); use cases, rules and stores stay inside.',
    from: { path: '^cloud/server/', pathNot: [modules, tests] },
    to: { path: modules, pathNot: `${modules}[^/]+/(index|routes|messages|jobs)\\.ts$` },
  },
  {
    name: 'platform knows no module',
    comment: 'The platform and the schema serve every module, so they import none.',
    from: { path: '^cloud/server/(platform|db)/' },
    to: { path: modules },
  },
  {
    name: 'rules are pure',
    comment:
      'rules.ts decides from its arguments alone: it imports the kernel, the contract and other rules; no clock, no randomness, no IO, no package.',
    from: { path: '(^|/|-)rules\\.ts$' },
    to: { pathNot: ['^shared/kernel/', '^shared/contract/(?!signed-document)', '(^|/|-)rules\\.ts$'] },
  },
  {
    name: 'edges call use cases',
    comment: 'routes, messages and jobs parse, call a use case and translate; they never reach for a store themselves.',
    from: { path: `${modules}([^/]+)${edge}` },
    to: { path: `${modules}$1(/|/.*[/-])store\\.ts$` },
  },
  {
    name: 'use cases know no edge',
    comment: 'Who calls a use case is none of its business: only the door names the edges beside it.',
    from: { path: `${modules}([^/]+)/`, pathNot: [`${modules}[^/]+/index\\.ts$`, `${modules}[^/]+${edge}`, tests] },
    to: { path: `${modules}$1${edge}` },
  },
  {
    name: 'nothing uses workplaces',
    comment: 'tools, e2e and bench work on the product; the product does not know them.',
    from: { path: '^(shared|cloud|kiosk|provisioning|firmware-config|deploy)/' },
    to: { path: `^(${workplaces.join('|')})/` },
  },
  {
    name: 'test builders are for tests',
    comment: 'What stands in a folder named testing starts servers and makes data up; the product must never.',
    from: { path: '^(shared|cloud|kiosk|provisioning|firmware-config|deploy)/', pathNot: tests },
    to: { path: '(^|/)testing/' },
  },
  {
    name: 'nobody imports a test',
    comment: 'What two tests share is a builder in a folder named testing, or in shared/testing.',
    from: {},
    to: { path: testFiles },
  },
  {
    name: 'kernel has no packages',
    comment: 'The kernel runs anywhere: no package and no Node built-in.',
    from: { path: '^shared/kernel/', pathNot: tests },
    to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'electron only in its shell',
    comment: 'The agent and all else must run where no Electron is.',
    from: { pathNot: '^kiosk/shell/electron/' },
    to: { path: '(^|/)node_modules/electron/|^electron$' },
  },
  {
    name: 'renderer is a page',
    comment: 'The renderer runs in a browser without Node, and is too small for zod or jose: the agent has checked everything before it.',
    from: { path: '^kiosk/renderer/', pathNot: [tests, '^kiosk/renderer/build/', widgetSchemas, 'vite\\.config\\.ts$'] },
    to: {
      path: '(^|/)node_modules/(zod|jose)/|^(node:|fs$|path$)|^(zod|jose)$',
      dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown', 'undetermined', 'unknown'],
    },
  },
  {
    name: 'renderer takes types from the contract',
    comment: 'A value of the contract, or of a widget’s schema, would bring zod into the page, so the renderer imports their types only.',
    from: { path: '^kiosk/renderer/', pathNot: [tests, '^kiosk/renderer/build/', widgetSchemas] },
    to: { path: `^shared/contract/|${widgetSchemas}`, dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'web is a page',
    comment: 'The office and resident webs run in a browser, without Node.',
    from: { path: '^cloud/web/', pathNot: [tests, '^cloud/web/build/', 'vite\\.config\\.ts$'] },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'no cycles',
    comment: 'Files that need each other are one file, or hide a third. (Types vanish when the code runs and are not counted.)',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'imports lead somewhere',
    comment: 'An import that cannot be resolved escapes every other rule here.',
    from: {},
    to: { couldNotResolve: true, pathNot: ['\\?[a-z]+$', '^virtual:'] },
  },
];

export default {
  forbidden: [...runtimeRules, ...runtimeTestRules, ...moduleRules, ...shapeRules].map((rule) => ({ severity: 'error', ...rule })),
  options: {
    // TypeScript 7 has no JavaScript API, which the usual parser needs; swc reads the same syntax.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.data|test-results)/' },
    moduleSystems: ['es6', 'cjs'],
    combinedDependencies: true,
    skipAnalysisNotInRules: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
    },
  },
};

// The visitor that walks swc's tree for dependency-cruiser is older than `using x = …` and throws on it. Inside it is an ordinary declaration.
const visitKnownStatement = Visitor.prototype.visitStatement;
Visitor.prototype.visitStatement = function visitStatement(statement) {
  if (statement.type !== 'UsingDeclaration') return visitKnownStatement.call(this, statement);
  return { ...statement, decls: this.visitVariableDeclarators(statement.decls) };
};

function pathOf(allowed) {
  return /\.[a-z]+$/.test(allowed) ? `^${allowed.replaceAll('.', '\\.')}$` : `^${allowed}/`;
}

function listOf(names) {
  return names.length === 0 ? 'nothing' : names.join(', ');
}
