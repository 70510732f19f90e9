/** Contracts are shapes that cross a boundary: nothing in them decides, but for the small functions of `words/` that choose a word. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(__dirname, '../..');
const SHAPES = readdirSync(join(ROOT, 'contracts'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.startsWith('words/'))
  .map((name) => `contracts/${name}`);

const BRANCHES: ReadonlySet<ts.SyntaxKind> = new Set([
  ...[ts.SyntaxKind.IfStatement, ts.SyntaxKind.SwitchStatement, ts.SyntaxKind.ConditionalExpression],
  ...[ts.SyntaxKind.ForStatement, ts.SyntaxKind.ForOfStatement, ts.SyntaxKind.ForInStatement],
  ...[ts.SyntaxKind.WhileStatement, ts.SyntaxKind.DoStatement, ts.SyntaxKind.TryStatement],
]);

/** Where a file decides something: `<file>:<line> <what stands there>`. A type that depends on another decides nothing when it runs. */
function branchesOf(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const lineOf = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const within = (node: ts.Node): string[] => {
    const inner: string[] = [];
    ts.forEachChild(node, (child) => void inner.push(...within(child)));
    return BRANCHES.has(node.kind) ? [`${file}:${lineOf(node)} ${ts.SyntaxKind[node.kind]}`, ...inner] : inner;
  };
  return within(source);
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
  ['DoStatement', 'do b(); while (a);'],
  ['TryStatement', 'try { b(); } finally { a(); }'],
])('a planted %s is found', (kind, text) => {
  expect(branchesOf('planted.ts', `// The first line.\n${text}`)).toEqual([`planted.ts:2 ${kind}`]);
});

test('a type that depends on another is no branch, nor is a plain template', () => {
  const text = 'type A<T> = T extends string ? T : never;\nconst idOf = (b: string) => `b/${b}`;';
  expect(branchesOf('planted.ts', text)).toEqual([]);
});
