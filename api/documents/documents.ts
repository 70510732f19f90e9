/** Files and photos: uploaded as a stream, kept for one case, given back to those who may see it, `/documents`. */
import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { bulletinOf } from '../../domain/ledger/outside-acts';
import { MEDIA_TYPES, TAKEN, type MediaType } from '../../contracts/documents/file-kinds';
import { nameByContent } from '../../domain/documents/file-names';
import { documentView } from '../../contracts/documents/documents';
import { oneLine } from '../../contracts/http/fields';
import { mayRead as mayReadOf } from '../../domain/case/audience';
import { maySee, seesOrdersOnly } from '../../domain/case/visibility';
import { findCase, findProjection } from '../../db/case/cases';
import {
  addPiece,
  beginDocument,
  dropUnfinished,
  endDocument,
  findDocument,
  piecesOfDocument,
  type NewDocument,
} from '../../db/documents/documents';
import { entriesNaming } from '../../db/ledger/ledger';
import type { Pool } from '../../db/sql/pool';
import { piecesOf, type Patience } from '../http/body';
import { mayReadBulletin } from '../telling/bulletin-access';
import type { Deps } from '../http/deps';
import { Looker, requirePlain } from './type-by-content';
import { Problem } from '../http/error-mapper';
import { route, type Route, type SignedIn } from '../http/route';
import { FILE_HEADERS } from '../http/security-headers';
import { Turns } from '../http/concurrency-limit';
import { sceneOf } from '../case/visibility';

/** A photo of a phone has some 5 MiB, a scanned plan some 10. */
export const DOCUMENT_LIMIT = 20 * 1024 * 1024;
/** What a process holds of a file at any moment, per upload and per download. */
const PIECE = 256 * 1024;
/** Pieces are written so many at a time: a third of the connections to PostgreSQL, the rest is for everyone else. */
const PIECES_AT_ONCE = 4;
/** A file's name stands in a list and in a header. */
const NAME_LIMIT = 200;

export function documentRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  const uploads = new Uploads(pool, deps.patience);
  return [
    route({
      method: 'post',
      path: '/documents',
      tag: 'Documents 文件',
      summary: '上传文件 Upload a file',
      description: `The file itself is the body, at most ${DOCUMENT_LIMIT / 1024 / 1024} MiB, of whatever Content-Type: its content says what it is. Taken are ${TAKEN.en}. Name its id in an act; an upload that no act names is removed after 30 days.`,
      access: 'account',
      query: z.strictObject({ name: oneLine(NAME_LIMIT, 'File name 文件名') }),
      file: { types: [...MEDIA_TYPES, 'application/octet-stream'], limit: DOCUMENT_LIMIT },
      answers: { 201: { description: 'Stored', schema: documentView, headers: ['Location'] } },
      problems: ['empty-document', 'document-mismatch', 'compound-document', 'invalid-query'],
      async handle({ by, query: { name }, request }) {
        requirePlain(request);
        const one = { id: `d-${randomBytes(16).toString('hex')}`, author: by.account, name, key: randomBytes(32) };
        const { bytes, mediaType } = await uploads.store(one, request);
        const { id } = one;
        return { status: 201, headers: { Location: `/documents/${id}` }, body: { id, name, mediaType, bytes } };
      },
    }),
    route({
      method: 'get',
      path: '/documents/{document}',
      tag: 'Documents 文件',
      summary: '下载文件 Download a file',
      description:
        'For its author as long as no act names it; then for those who may read what the act says, or see the bulletin.',
      access: 'account',
      answers: { 200: { description: 'The file', media: MEDIA_TYPES } },
      problems: ['unknown-document'],
      async handle({ by, params }) {
        const found = await findDocument(pool, params['document'] ?? '');
        if (!found || !(await mayRead(deps, by, found))) throw new Problem('unknown-document');
        const headers = {
          ...FILE_HEADERS,
          'Content-Type': found.mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : found.mediaType,
          'Content-Length': String(found.bytes),
          'Content-Disposition': `attachment; filename*=UTF-8''${encoded(nameByContent(found.name, found.mediaType))}`,
        };
        return { status: 200, headers, stream: Readable.from(piecesOfDocument(pool, found.id)) };
      },
    }),
  ];
}

async function mayRead(
  deps: Deps,
  by: SignedIn,
  { id, author, stream }: { id: string; author: string; stream: string | null },
): Promise<boolean> {
  const { pool } = deps;
  if (stream === null) return author === by.account;
  const bulletin = bulletinOf(stream);
  if (bulletin !== undefined) return mayReadBulletin(pool, by, bulletin);
  const belongsTo = await findCase(pool, stream);
  if (!belongsTo || seesOrdersOnly(by) || !maySee(by, belongsTo)) return false;
  const recorded = await findProjection(pool, stream);
  if (!recorded) return false;
  const scene = await sceneOf(deps, recorded.view);
  return (await entriesNaming(pool, stream, id)).some((entry) => mayReadOf(entry, by, scene));
}

/** RFC 8187: what encodeURIComponent leaves and a header value may not have is encoded as well. */
function encoded(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

/**
 * A piece is gathered first and has its turn when it is here: who stops in the middle holds neither a turn nor a connection, and
 * before the first piece nothing at all is stored.
 */
class Uploads {
  readonly #turns = new Turns(PIECES_AT_ONCE);

  constructor(
    private readonly pool: Pool,
    private readonly patience: Patience | undefined,
  ) {}

  /**
   * Whatever ends it early (a limit, a sender who goes away, what is not taken) leaves nothing; what a process that dies has
   * begun is found by nobody, and swept. @returns how many bytes of what
   */
  async store(one: NewDocument, request: IncomingMessage): Promise<{ bytes: number; mediaType: MediaType }> {
    try {
      return await this.#storePieces(one, request);
    } catch (error) {
      // With PostgreSQL away it is swept later; the first error is the one to tell.
      await dropUnfinished(this.pool, one.id).catch(() => undefined);
      throw error;
    }
  }

  async #storePieces(one: NewDocument, request: IncomingMessage) {
    const hmac = createHmac('sha256', one.key);
    const looker = new Looker();
    let bytes = 0;
    let number = 0;
    for await (const piece of evenPieces(piecesOf(request, DOCUMENT_LIMIT, this.patience))) {
      looker.look(piece);
      hmac.update(piece);
      await this.#turns.take(async () => {
        if (number === 0) await beginDocument(this.pool, one);
        await addPiece(this.pool, one.id, number, piece);
      });
      bytes += piece.length;
      number += 1;
    }
    if (bytes === 0) throw new Problem('empty-document');
    const mediaType = looker.type();
    await endDocument(this.pool, one.id, { mediaType, bytes, hmac: hmac.digest('hex') });
    return { bytes, mediaType };
  }
}

async function* evenPieces(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const arrived of source) {
    held.push(arrived);
    size += arrived.length;
    while (size >= PIECE) {
      const all = Buffer.concat(held);
      yield all.subarray(0, PIECE);
      held = [all.subarray(PIECE)];
      size -= PIECE;
    }
  }
  if (size > 0) yield Buffer.concat(held);
}
