/** `npm run check`: types, lint with the import walls, and format, at once; prints what fails and ends with 1. */
import { spawn } from 'node:child_process';

const CACHE = 'build/format-cache';

const CHECKS = [
  ['types', 'tsc', '-p', '.'],
  ['types of the console', 'tsc', '-p', 'web'],
  ['lint', 'oxlint', '--deny-warnings'],
  // What was found well formed and has the same content since is not read again.
  [
    'format',
    'prettier',
    '--check',
    '--log-level',
    'warn',
    '--cache',
    '--cache-strategy',
    'content',
    '--cache-location',
    CACHE,
    '.',
  ],
] as const;

function run([name, command, ...args]: readonly [string, string, ...string[]]): Promise<boolean> {
  const began = Date.now();
  const child = spawn('npx', ['--no-install', command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
      if (code !== 0) console.log(output);
      resolve(code === 0);
    });
  });
}

void Promise.all(CHECKS.map(run)).then((passed) => {
  process.exitCode = passed.every(Boolean) ? 0 : 1;
});
