/** Every message that a case understands: one Update per command, the deferred signal, the queries. Shared with the API. */
import type { UpdateDefinition } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Envelope } from '../../proof/envelope';
import type { Head } from '../../domain/ledger/entry';
import type { Answer, Status } from '../../contracts/case/views';
import type { AgendaItem } from '../../domain/case/agenda';
import type { CommandType } from '../../domain/case/commands';
import { COMMAND_TYPES } from '../../domain/case/acts';

export type CommandUpdate<T extends CommandType = CommandType> = UpdateDefinition<Answer, [Envelope], T>;

/** The Update of each command, named like it. */
export const commandUpdates = Object.fromEntries(
  COMMAND_TYPES.map((type) => [type, defineUpdate(type)]),
) as unknown as {
  readonly [T in CommandType]: CommandUpdate<T>;
};

/** Another public key of the API, announced by an envelope that an old key signed. */
export const announceKey = defineUpdate<Head, [Envelope]>('announceKey');

/** A command whose Update nobody answered in time. The command id decides when both arrive, in either order. */
export const submitLater = defineSignal<[Envelope]>('submitLater');

export const status = defineQuery<Status>('status');
export const agenda = defineQuery<AgendaItem[]>('agenda');

/** The child of an order: PostgreSQL has allocated something. Only a hint, and so without proof: the case asks PostgreSQL. */
export const orderMoved = defineSignal<[{ readonly caseNumber: string; readonly order: number }]>('orderMoved');

/** A newer release may be there: the case looks, and goes on with it at a quiet moment. Without content and proof. */
export { move } from '../continuing';
