/** What became of a bulletin: for each account of its audience by each channel, for groups and the public account. */
import type { Progress } from '../../activities/ports';
import type { ChannelId } from '../../contracts/telling/channel-ids';
import type { Part } from '../../contracts/telling/bulletins';
import type { DeliveryState } from '../../contracts/telling/notices';
import { STATE } from './deliveries';
import { byName } from '../people/people-order';
import type { Queryable } from '../sql/pool';

export interface RecipientRow {
  readonly enterprise: string;
  readonly name: string;
  readonly account: string | null;
  readonly readAt: Date | null;
  readonly channels: readonly { channel: ChannelId; state: DeliveryState; reason: string | null }[];
}

/** In the order of the enterprises' names. Only of the publication itself; urging and withdrawal are told besides. */
export async function receiptsOf(db: Queryable, bulletin: string): Promise<RecipientRow[]> {
  const { rows } = await db.query<RecipientRow>(
    `SELECT r.enterprise, x.name, r.account,
            (SELECT min(m.read_at) FROM deliveries e JOIN messages m ON m.id = e.message
             WHERE e.bulletin = r.bulletin AND e.channel = 'console' AND e.destination = r.account) AS "readAt",
            COALESCE((SELECT jsonb_agg(jsonb_build_object('channel', e.channel, 'state', ${STATE},
                                                          'reason', COALESCE(m.reason, e.reason)) ORDER BY e.channel)
                      FROM deliveries e LEFT JOIN messages m ON m.id = e.message
                      WHERE e.bulletin = r.bulletin AND e.part = 'publication' AND e.destination = r.account
                        AND e.channel IN ('console', 'email')), '[]') AS channels
     FROM bulletin_recipients r JOIN enterprises x ON x.id = r.enterprise
     WHERE r.bulletin = $1 ORDER BY ${byName('x.name')}, r.enterprise, r.account`,
    [bulletin],
  );
  return rows;
}

export interface ElsewhereRow {
  readonly channel: ChannelId;
  readonly destination: string;
  readonly part: Part;
  readonly state: DeliveryState;
  readonly reason: string | null;
  readonly message: string | null;
  readonly receipt: string | null;
}

export async function elsewhereOf(db: Queryable, bulletin: string): Promise<ElsewhereRow[]> {
  const { rows } = await db.query<ElsewhereRow>(
    `SELECT e.channel, e.destination, e.part, ${STATE} AS state, COALESCE(m.reason, e.reason) AS reason, e.message, m.receipt
     FROM deliveries e LEFT JOIN messages m ON m.id = e.message
     WHERE e.bulletin = $1 AND e.channel NOT IN ('console', 'email') ORDER BY e.created_at, e.key`,
    [bulletin],
  );
  return rows;
}

/** How many deliveries of it are in which state; for its workflow. */
export async function progressOf(db: Queryable, bulletin: string): Promise<Progress> {
  const { rows } = await db.query<Progress>(
    `SELECT count(*) FILTER (WHERE ${STATE} IN ('waiting', 'joined', 'sending', 'pending')) AS open,
            count(*) FILTER (WHERE ${STATE} IN ('sent', 'by-hand', 'closed')) AS sent,
            count(*) FILTER (WHERE ${STATE} = 'dead') AS dead
     FROM deliveries e LEFT JOIN messages m ON m.id = e.message WHERE e.bulletin = $1`,
    [bulletin],
  );
  return rows[0] ?? { open: 0, sent: 0, dead: 0 };
}
