/** What every act on a bulletin does: a line in its own ledger, and the bulletin as it stands then as the answer. */
import { BULLETIN_KIND_NAMES } from '../../contracts/telling/bulletins';
import { bulletinStream, outsideAct, type OutsideEntry } from '../../domain/ledger/outside-acts';
import { findBulletin, type Bulletin } from '../../db/telling/bulletins';
import { appendActs } from '../../db/ledger/acts-outside';
import type { Client } from '../../db/sql/pool';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';
import { afterHeader } from '../http/own-writes';
import type { Ask, Reply } from '../http/route';

export function shownOf(bulletin: Bulletin) {
  const { villages, kinds, phases, publishAt, publishedAt, withdrawnAt, urgedAt, ...rest } = bulletin;
  const { id, kind, title, body, effectiveOn, channels, cover, attachments, author, state, withdrawal } = rest;
  return {
    ...{ id, kind, kindName: BULLETIN_KIND_NAMES[kind], title, body, effectiveOn },
    audience: { villages, kinds, phases },
    ...{ channels, cover, attachments, author, state, withdrawal },
    publishAt: publishAt?.toISOString() ?? null,
    publishedAt: publishedAt?.toISOString() ?? null,
    withdrawnAt: withdrawnAt?.toISOString() ?? null,
    urgedAt: urgedAt?.toISOString() ?? null,
  };
}

/** The bulletin's own ledger has who did what and when; its words stand in its row. */
export async function noted(
  deps: Deps,
  client: Client,
  { by }: Ask,
  id: string,
  act: OutsideEntry & { readonly command: string },
): Promise<number> {
  const { sequence } = await appendActs(deps.keys, client, bulletinStream(id), [
    outsideAct({ ...act, by, at: deps.now() }),
  ]);
  return sequence;
}

export async function replyOf(client: Client, id: string, sequence: number, status: number): Promise<Reply> {
  const found = await findBulletin(client, id);
  if (!found) throw new Problem('unknown-bulletin');
  const headers = {
    ...(status === 201 && { Location: `/bulletins/${id}` }),
    ...afterHeader(bulletinStream(id), sequence),
  };
  return { status, headers, body: shownOf(found) };
}
