/** Answers for the text of a programme file: that it is one, and none too large. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { ConfigurationError } from '../config/env';

/** A town's programme has some 30 KB; what is eight times as large was taken by mistake, and YAML takes long to read it. */
const FILE_LIMIT = 256 * 1024;
/** Without O_NONBLOCK, opening a pipe would wait for a writer for ever. */
const READ_AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK;

/** Reads a programme file as UTF-8 text. Throws a ConfigurationError of one line when it cannot be one. */
export function readProgrammeText(file: string): string {
  const bytes = readBytes(file);
  // NUL is valid UTF-8, and in no text; checked first because UTF-16 and binary files are full of it.
  if (bytes.includes(0)) throw new ConfigurationError(`${file}: this is no text file 不是文本文件`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigurationError(`${file}: the text is not UTF-8 — save it as UTF-8 请另存为 UTF-8 编码`);
  }
}

function readBytes(file: string): Buffer {
  let handle: number;
  try {
    handle = openSync(file, READ_AT_ONCE);
  } catch (error) {
    throw new ConfigurationError(`${file}: ${whyNotOpened(error)}`);
  }
  try {
    const found = fstatSync(handle);
    if (found.isDirectory()) throw new ConfigurationError(`${file}: this is a folder, not a file 这是文件夹`);
    if (!found.isFile()) throw new ConfigurationError(`${file}: this is not an ordinary file 不是普通文件`);
    if (found.size > FILE_LIMIT) {
      throw new ConfigurationError(
        `${file}: ${found.size} bytes are too many, at most ${FILE_LIMIT} 文件过大 — a programme has some 30 KB`,
      );
    }
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

function whyNotOpened(error: unknown): string {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file 文件不存在';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read 无权读取';
  return `cannot be opened (${code}) 无法打开`;
}
