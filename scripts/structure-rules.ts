/**
 * The rules of the tree (docs/ARCHITECTURE.md, "Layout") that lint does not know, as pure functions over the text of the
 * files. `scripts/check.ts` runs them on the real tree.
 */

/** A file of `src/`, by its path from the root of the project. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
}

/** A folder imports only from itself and from folders above it. */
export const folderOrder = [
  'lib',
  'config',
  'observability',
  'protocol',
  'seatmap',
  'journal',
  'store',
  'actor',
  'fanout',
  'shard',
  'cluster',
  'gateway',
  'api',
  'admin',
  'client',
  'web',
  'sim',
  // What makes one process of all the rest; main.ts starts it.
  'node',
  // Tests of the whole server, in a client's words.
  'e2e',
];

/** The wire stands alone: other programs read it. */
const leafFolders: ReadonlySet<string> = new Set(['protocol']);

/** Packages that are used in one place, so that they can be replaced there. */
const homesOfPackages: Readonly<Record<string, readonly string[]>> = {
  pg: ['store'],
  'node-pg-migrate': ['store'],
  ioredis: ['cluster'],
  'uWebSockets.js': ['gateway'],
  msgpackr: ['protocol'],
  pino: ['observability'],
  fastify: ['api', 'admin'],
  '@fastify': ['api', 'admin'],
  'prom-client': ['observability', 'admin'],
};

/** Besides lib/, what a folder may import of ours: the page is made with nothing but the SDK that everybody has. */
const narrowFolders: Readonly<Record<string, string>> = { web: 'src/client/client.ts' };

/** What judges the server from outside: tests and the simulation may ask it, the server may not. */
const judge = /^checker\/(?!testing\/)/;

/** Bugs that the simulation plants. */
const plantedFile = 'src/lib/planted.ts';

const linesMax = 400;
const drawers = /^(utils?|helpers?|misc|common|shared)$/;
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const testSuffix = /(\.(pg|redis|e2e|browser|model))?\.test$/;

export function checkFiles(files: readonly SourceFile[]): readonly Violation[] {
  const imports = files.flatMap(importsOf);
  return [
    ...files.flatMap(checkName),
    ...files.flatMap(checkLength),
    ...imports.flatMap((entry) => [...checkFolder(entry), ...checkPackage(entry)]),
    ...files.flatMap(checkPlanting),
    ...findCycles(files, imports),
  ];
}

/** Every package that we depend on is a decision, and stands in one of the records. */
export function checkDependencies(dependencies: readonly string[], decisions: string): readonly Violation[] {
  return dependencies
    .filter((name) => !new RegExp(`(?<![\\w@/.-])${escape(name)}(?![\\w/-])`).test(decisions))
    .map((name) => ({
      path: 'package.json',
      line: 1,
      rule: `the dependency ${name} is explained nowhere in docs/decisions`,
    }));
}

interface Import {
  readonly from: SourceFile;
  readonly line: number;
  readonly specifier: string;
  /** The path of the file, where it is one of ours. */
  readonly target: string | null;
  /** Leaves no trace in the program. */
  readonly typesOnly: boolean;
}

const importPatterns = [
  // import … from 'x', export … from 'x'
  /^[ \t]*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"\n]+)['"]/gm,
  // import 'x'
  /^[ \t]*import\s*['"]([^'"\n]+)['"]/gm,
  // import('x')
  /\bimport\(\s*['"]([^'"\n]+)['"]/g,
];

function importsOf(file: SourceFile): readonly Import[] {
  return importPatterns.flatMap((pattern) =>
    [...file.text.matchAll(pattern)].map((match) => {
      const specifier = match[1] ?? '';
      return {
        from: file,
        line: lineAt(file.text, match.index + match[0].length),
        specifier,
        target: resolve(file.path, specifier),
        typesOnly: /^\s*(import|export)\s+type\b/.test(match[0]),
      };
    }),
  );
}

function resolve(from: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/').replace(/\.js$/, '.ts');
}

/** Bugs are planted by the simulation and by tests: in production there is nobody who could. */
function checkPlanting({ path, text }: SourceFile): readonly Violation[] {
  if (path === plantedFile || folderOf(path) === 'sim' || testSuffix.test(path.replace(/\.ts$/, ''))) return [];
  return [...text.matchAll(/\bplant\b\s*[(,}]/g)].map((match) => ({
    path,
    line: lineAt(text, match.index),
    rule: 'only the simulation and tests plant bugs: src/lib/planted.ts',
  }));
}

function checkFolder({ from, line, specifier, target }: Import): readonly Violation[] {
  const own = folderOf(from.path);
  if (target === null || own === null || isWholeServerTest(from.path)) return [];
  const violation = (rule: string): readonly Violation[] => [{ path: from.path, line, rule: `${rule}: ${specifier}` }];

  if (judge.test(target) && (own === 'sim' || isForTests(from.path))) return [];
  if (!target.startsWith('src/')) return violation('src imports only from src, and the checker in tests and sim');
  const other = folderOf(target);
  if (other === null) return violation('nothing imports the composition root');
  if (isForTests(target)) return isForTests(from.path) ? [] : violation('only tests import what is made for tests');
  if (other === own) return [];
  if (leafFolders.has(own)) return violation(`${own} imports nothing of ours`);
  const entry = narrowFolders[own];
  if (entry !== undefined && !isForTests(from.path) && other !== 'lib' && target !== entry)
    return violation(`${own} imports only lib and ${entry}`);
  return folderOrder.indexOf(other) < folderOrder.indexOf(own)
    ? []
    : violation(`${own} imports only from folders above it`);
}

function checkPackage({ from, line, specifier }: Import): readonly Violation[] {
  const own = folderOf(from.path);
  const scope = specifier.split('/')[0] ?? '';
  const homes = homesOfPackages[specifier] ?? homesOfPackages[scope];
  if (homes === undefined || own === null || homes.includes(own) || isWholeServerTest(from.path)) return [];
  return [{ path: from.path, line, rule: `${specifier} is imported in ${homes.join(' and ')} only` }];
}

function checkName({ path }: SourceFile): readonly Violation[] {
  const names = path.split('/').slice(1);
  const file = (names.pop() ?? '').replace(/\.[a-z]+$/, '').replace(testSuffix, '');
  const rules: string[] = [];
  const [folder] = names;
  if (folder !== undefined && !folderOrder.includes(folder)) rules.push(`src has no folder ${folder}`);
  if (folder === undefined && file !== 'main') rules.push('only main.ts stands in src itself');
  if (file === 'index') rules.push('no index files: import the file that has it');
  for (const name of [...names, file]) {
    if (drawers.test(name)) rules.push(`${name} is a drawer for anything: name the idea`);
    if (!kebabCase.test(name)) rules.push(`${name} is not kebab-case`);
  }
  return rules.map((rule) => ({ path, line: 1, rule }));
}

function checkLength({ path, text }: SourceFile): readonly Violation[] {
  const lines = text.split('\n').length - 1;
  return lines <= linesMax ? [] : [{ path, line: linesMax + 1, rule: `${lines} lines, ${linesMax} are the most` }];
}

/**
 * Each knot of files that import each other, told once. Types alone tie no knot.
 * Source: Tarjan, "Depth-first search and linear graph algorithms", 1972.
 */
function findCycles(files: readonly SourceFile[], imports: readonly Import[]): readonly Violation[] {
  const targets = new Map<string, string[]>(files.map(({ path }) => [path, []]));
  for (const { from, target, typesOnly } of imports) {
    if (target !== null && !typesOnly && targets.has(target)) targets.get(from.path)?.push(target);
  }
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const violations: Violation[] = [];

  function visit(path: string): number {
    const number = order.size;
    order.set(path, number);
    open.push(path);
    let low = number;
    for (const target of targets.get(path) ?? []) {
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (open.includes(target)) low = Math.min(low, order.get(target) ?? low);
    }
    lowest.set(path, low);
    if (low === number) {
      const knot = open.splice(open.indexOf(path));
      if (knot.length > 1)
        violations.push({ path, line: 1, rule: `these files import each other: ${knot.join(', ')}` });
    }
    return low;
  }

  for (const { path } of files) if (!order.has(path)) visit(path);
  return violations;
}

/** `store` of `src/store/embedded/home.ts`; null for `src/main.ts`. */
function folderOf(path: string): string | null {
  const parts = path.split('/');
  return parts.length > 2 ? (parts[1] ?? null) : null;
}

/** A test of the whole server stands where its subject does and reaches everything. */
function isWholeServerTest(path: string): boolean {
  return /\.(e2e|browser)\.test\.ts$/.test(path);
}

/** Tests, what only they use, and suites that several of them run. */
function isForTests(path: string): boolean {
  return path.endsWith('.test.ts') || path.includes('/testing/') || path.endsWith('/contract.ts');
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
