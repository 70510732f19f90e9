/** Contracts are shapes that cross a boundary: nothing in them decides, but for the small functions of `words/` that choose a word. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseSync } from '@swc/core';

const ROOT = resolve(__dirname, '../..');
const SHAPES = readdirSync(join(ROOT, 'contracts'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.startsWith('words/'))
  .map((name) => `contracts/${name}`);

const BRANCHES: ReadonlySet<string> = new Set([
  ...['IfStatement', 'SwitchStatement', 'ConditionalExpression', 'TryStatement'],
  ...['ForStatement', 'ForOfStatement', 'ForInStatement', 'WhileStatement', 'DoWhileStatement'],
]);

/** Stands before a file's first character: the tree counts bytes from the first statement, which a comment may precede. */
const FIRST = '0;';

/** Where a file decides something: `<file>:<line> <what stands there>`. A type that depends on another decides nothing when it runs. */
function branchesOf(file: string, text: string): string[] {
  const bytes = Buffer.from(FIRST + text);
  const tree = parseSync(FIRST + text, { syntax: 'typescript' });
  const origin = tree.body[0]?.span.start ?? 0;
  const lineOf = (start: number) =>
    bytes
      .subarray(0, start - origin)
      .toString()
      .split('\n').length;
  const within = (part: unknown): string[] => {
    if (typeof part !== 'object' || part === null) return [];
    const inner = Object.values(part).flatMap(within);
    return isBranch(part) ? [`${file}:${lineOf(part.span.start)} ${part.type}`, ...inner] : inner;
  };
  return within(tree);
}

function isBranch(part: object): part is { readonly type: string; readonly span: { readonly start: number } } {
  return 'type' in part && typeof part.type === 'string' && BRANCHES.has(part.type);
}

test('no contract but the words has a branch or a loop in it', () => {
  expect(SHAPES).toContain('contracts/case/views.ts');
  expect(SHAPES.flatMap((file) => branchesOf(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

test.each([
  ['IfStatement', 'if (a) b();'],
  ['SwitchStatement', 'switch (a) { default: b(); }'],
  ['ConditionalExpression', 'const c = { of: () => [a ? 1 : 2] };'],
  ['ForStatement', 'for (;;) b();'],
  ['ForOfStatement', 'for (const one of a) b();'],
  ['ForInStatement', 'for (const one in a) b();'],
  ['WhileStatement', 'while (a) b();'],
  ['DoWhileStatement', 'do b(); while (a);'],
  ['TryStatement', 'try { b(); } finally { a(); }'],
])('a planted %s is found', (kind, text) => {
  expect(branchesOf('planted.ts', `// The first line.\n${text}`)).toEqual([`planted.ts:2 ${kind}`]);
});

test('a type that depends on another is no branch, nor is a plain template', () => {
  const text = 'type A<T> = T extends string ? T : never;\nconst idOf = (b: string) => `b/${b}`;';
  expect(branchesOf('planted.ts', text)).toEqual([]);
});
