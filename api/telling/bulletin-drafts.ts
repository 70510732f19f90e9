/** Drafts of bulletins: for villages that there are, with a cover and attachments that are the author's own uploads. */
import { randomBytes } from 'node:crypto';
import { ATTACHED_LIMIT, type BulletinBody } from '../../contracts/telling/bulletins';
import { bulletinStream } from '../../domain/ledger/outside-acts';
import { draftBulletin } from '../../domain/telling/bulletins';
import { insertBulletin } from '../../db/telling/bulletins';
import { attachUploads } from '../../db/documents/documents';
import type { Client } from '../../db/sql/pool';
import { noted, replyOf } from './bulletin-acts';
import type { Deps } from '../http/deps';
import { once } from '../http/idempotency';
import { Problem } from '../http/error-mapper';
import type { Ask, Reply } from '../http/route';

/** @throws Problem `unknown-reference`, `too-large` */
export function draft(deps: Deps, ask: Ask<BulletinBody>): Promise<Reply> {
  const { by, body } = ask;
  return once(deps, ask, '/bulletins', async (client, command) => {
    requireVillages(deps, body.audience.villages);
    const id = `b-${randomBytes(8).toString('hex')}`;
    const { kind, title, audience, channels, cover = null, attachments, effectiveOn = null } = body;
    const { entry, ...drafted } = draftBulletin({ kind, channels, attachments });
    const sequence = await noted(deps, client, ask, id, { ...entry, command });
    await attach(client, { bulletin: id, sequence, author: by.account }, cover, attachments);
    await insertBulletin(client, {
      ...{ id, kind, title, body: body.body, effectiveOn, cover, author: by.account },
      ...{ villages: audience.villages, kinds: audience.kinds, phases: audience.phases },
      ...drafted,
    });
    return replyOf(client, id, sequence, 201);
  });
}

function requireVillages({ programme }: Deps, villages: readonly string[]): void {
  const known = new Set(programme.villages.map(({ id }) => id));
  const mistakes = villages.flatMap((village, index) =>
    known.has(village) ? [] : [{ pointer: `/audience/villages/${index}`, reason: 'is not a village 没有这个村' }],
  );
  if (mistakes.length > 0) throw new Problem('unknown-reference', {}, mistakes);
}

/** @throws Problem `unknown-reference` for a file that is not the author's own or belongs somewhere already, `too-large` */
async function attach(
  client: Client,
  { bulletin, sequence, author }: { bulletin: string; sequence: number; author: string },
  cover: string | null,
  attachments: readonly string[],
): Promise<void> {
  const stream = bulletinStream(bulletin);
  const wanted = [...new Set([...(cover === null ? [] : [cover]), ...attachments])];
  const attached = await attachUploads(client, { stream, sequence, author }, wanted);
  const known = new Map(attached.map((one) => [one.id, one]));
  const reason = 'is not an upload of yours that belongs nowhere yet 不是您上传的可用文件';
  const mistakes = [
    ...(cover !== null && !known.get(cover)?.mediaType.startsWith('image/')
      ? [{ pointer: '/cover', reason: 'is not a picture that you have uploaded 不是您上传的图片' }]
      : []),
    ...attachments.flatMap((id, index) => (known.has(id) ? [] : [{ pointer: `/attachments/${index}`, reason }])),
  ];
  if (mistakes.length > 0) throw new Problem('unknown-reference', {}, mistakes);
  const bytes = attached.filter(({ id }) => attachments.includes(id)).reduce((sum, one) => sum + one.bytes, 0);
  if (bytes > ATTACHED_LIMIT) throw new Problem('too-large', { limit: ATTACHED_LIMIT });
}
