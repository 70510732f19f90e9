/** A workbook as the answer to a request. */
import { Readable } from 'node:stream';
import type { Reply } from '../http/route';
import { FILE_HEADERS } from '../http/security-headers';

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export function download(name: string, workbook: Buffer): Reply {
  const headers = {
    ...FILE_HEADERS,
    'Content-Type': XLSX,
    'Content-Length': String(workbook.length),
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
  };
  return { status: 200, headers, stream: Readable.from([workbook]) };
}
