/** Files and photos: uploaded as a stream, kept for one case, given back to those who may see it, `/documents`. */
import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { bulletinOf } from '../contracts/outside-acts';
import { documentView, oneLine } from '../contracts/resources';
import { mayRead as mayReadOf } from '../domain/audience';
import { maySee, seesOrdersOnly } from '../domain/authorisation';
import { findCase, findProjection } from '../db/cases';
import {
  addPiece,
  beginDocument,
  endDocument,
  findDocument,
  piecesOfDocument,
  type NewDocument,
} from '../db/documents';
import { entriesNaming } from '../db/ledger';
import { transaction, type Client } from '../db/pool';
import { mayReadBulletin } from './bulletin-access';
import type { Deps } from './deps';
import { piecesOf } from './json';
import { checkContent, MEDIA_TYPES, mediaTypeOf } from './media-types';
import { Problem } from './problem';
import { route, type Route, type SignedIn } from './route';
import { FILE_HEADERS } from './security';
import { Turns } from './turns';
import { sceneOf } from './visibility';

/** A photo of a phone has some 5 MiB, a scanned plan some 10. */
export const DOCUMENT_LIMIT = 20 * 1024 * 1024;
/** What a process holds of a file at any moment, per upload and per download. */
const PIECE = 256 * 1024;
/** An upload holds a connection to PostgreSQL until it is done: a third of the pool, the rest is for everyone else. */
const UPLOADS_AT_ONCE = 4;
/** A file's name stands in a list and in a header. */
const NAME_LIMIT = 200;

export function documentRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  const turns = new Turns(UPLOADS_AT_ONCE);
  return [
    route({
      method: 'post',
      path: '/documents',
      tag: 'Documents 文件',
      summary: '上传文件 Upload a file',
      description: `The file itself is the body, at most ${DOCUMENT_LIMIT / 1024 / 1024} MiB. Name its id in an act; an upload that no act names is removed after 30 days.`,
      access: 'account',
      query: z.strictObject({ name: oneLine(NAME_LIMIT, 'File name 文件名') }),
      file: Object.keys(MEDIA_TYPES),
      answers: { 201: { description: 'Stored', schema: documentView, headers: ['Location'] } },
      problems: ['too-large', 'unsupported-media-type', 'empty-document', 'document-mismatch', 'invalid-query'],
      async handle({ by, query: { name }, request }) {
        const mediaType = mediaTypeOf(request);
        const one = {
          id: `d-${randomBytes(16).toString('hex')}`,
          author: by.account,
          name,
          mediaType,
          key: randomBytes(32),
        };
        const bytes = await turns.take(() => transaction(pool, (client) => store(client, one, request)));
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
      answers: { 200: { description: 'The file', media: Object.keys(MEDIA_TYPES) } },
      problems: ['unknown-document'],
      async handle({ by, params }) {
        const found = await findDocument(pool, params['document'] ?? '');
        if (!found || !(await mayRead(deps, by, found))) throw new Problem('unknown-document');
        const headers = {
          ...FILE_HEADERS,
          'Content-Type': found.mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : found.mediaType,
          'Content-Length': String(found.bytes),
          'Content-Disposition': `attachment; filename*=UTF-8''${encoded(found.name)}`,
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
  const scene = sceneOf(deps, recorded.view);
  return (await entriesNaming(pool, stream, id)).some((entry) => mayReadOf(entry, by, scene));
}

/** RFC 8187: what encodeURIComponent leaves and a header value may not have is encoded as well. */
function encoded(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

/** Whatever ends it early (a limit, a sender who goes away) rolls the transaction back: nothing is left. */
async function store(client: Client, one: NewDocument, request: IncomingMessage): Promise<number> {
  const hmac = createHmac('sha256', one.key);
  let bytes = 0;
  let number = 0;
  await beginDocument(client, one);
  for await (const piece of evenPieces(piecesOf(request, DOCUMENT_LIMIT))) {
    checkContent(one.mediaType, piece, number === 0);
    hmac.update(piece);
    await addPiece(client, one.id, number, piece);
    bytes += piece.length;
    number += 1;
  }
  if (bytes === 0) throw new Problem('empty-document');
  await endDocument(client, one.id, bytes, hmac.digest('hex'));
  return bytes;
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
