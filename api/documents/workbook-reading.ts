/** Reads an uploaded workbook as rows of cells, within 2 s and some 200 MB, or says in one word why it is refused. */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { PROJECT_ROOT } from '../../config/env';
import { Turns } from '../http/concurrency-limit';
import { lookIntoZip } from './zip';

/** `hidden`: below a merged cell that shows something else. */
export type CellMistake = 'formula' | 'number-lost-digits' | 'unreadable' | 'hidden';
export type Cell = { readonly text: string } | { readonly mistake: CellMistake };
export interface Line {
  /** As the spreadsheet program shows it, 1 for the first. */
  readonly number: number;
  readonly cells: readonly Cell[];
}
export const UNREADABLE = [
  'password',
  'macros',
  'corrupt',
  'too-large',
  'too-many-rows',
  'too-many-columns',
  'too-many-sheets',
  'no-sheet',
] as const;
export type Unreadable = (typeof UNREADABLE)[number];

/** A table of 10,000 people in ten columns has some 10 MB unpacked; twice that and a little bounds what a thread has to hold. */
const UNPACKED_LIMIT = 24 * 1024 * 1024;
/** A workbook with pictures and styles has some tens of parts. */
const MOST_PARTS = 500;
/** The first sheet is read; more than this is no list of people. */
const MOST_SHEETS = 20;
/** More columns than any of our tables has; the rest would be somebody's own notes. */
export const MOST_COLUMNS = 40;
/** Issue: a bad workbook is refused within 2 s. The largest that may come takes some tenths, on a busy machine a second. */
const PARSING_MS = 1700;
/** MiB of JavaScript objects in the thread: with the file and its parts below the 200 MB that one may take. */
const HEAP_MB = 110;
/** Compound files: workbooks with a password, and those of before 2007. */
export const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/** Each holds up to 200 MB while it works, on one core. */
const turns = new Turns(2);

export async function readWorkbook(file: Buffer, maxRows: number): Promise<Line[] | Unreadable> {
  if (file.subarray(0, COMPOUND.length).equals(COMPOUND)) return 'password';
  const parts = partsOf(file);
  return typeof parts === 'string' ? parts : turns.take(() => parse(parts, maxRows));
}

/** The parts that cells are read from; or what can be said against a workbook before anything is made of it. */
function partsOf(file: Buffer): Map<string, Buffer> | Unreadable {
  const parts = new Map<string, Buffer>();
  let [macros, sheets] = [false, 0];
  const broken = lookIntoZip(file, { limit: UNPACKED_LIMIT, most: MOST_PARTS }, (name, content) => {
    // A part with macros may have any name; the list of contents says that there is one.
    if (/vbaProject|macrosheets|dialogsheets/i.test(name)) macros = true;
    if (name === '[Content_Types].xml' && /macroEnabled|vbaProject/i.test(content.toString('latin1'))) macros = true;
    if (/^xl\/worksheets\/[^/]+\.xml$/.test(name)) sheets += 1;
    if (/^xl\/.*\.(?:xml|rels)$/i.test(name)) parts.set(name, content);
  });
  if (broken) return broken;
  if (macros) return 'macros';
  if (!parts.has('xl/workbook.xml')) return 'corrupt';
  return sheets > MOST_SHEETS ? 'too-many-sheets' : parts;
}

function parse(parts: ReadonlyMap<string, Buffer>, maxRows: number): Promise<Line[] | Unreadable> {
  const worker = new Worker(path.join(PROJECT_ROOT, 'api', 'documents', 'workbook-parsing.mjs'), {
    workerData: { parts, maxRows, maxColumns: MOST_COLUMNS },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    // Nothing of the process's own options: a thread that reads a workbook compiles nothing.
    execArgv: [],
    stderr: true,
  });
  return new Promise((resolve) => {
    const end = (answer: Line[] | Unreadable) => {
      clearTimeout(timer);
      void worker.terminate();
      resolve(answer);
    };
    const timer = setTimeout(() => end('too-large'), PARSING_MS);
    worker.once('message', (answer: { rows: Line[] } | { refused: Unreadable }) =>
      end('rows' in answer ? answer.rows : answer.refused),
    );
    worker.once('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'too-large' : 'corrupt'),
    );
  });
}
