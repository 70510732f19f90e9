/** What the acts on a case ask of the rooms that know people: a body that says something of them is stored there, and only counts and ids go on. */
import { PREPARED, type PreparedType } from '../../contracts/case/commands';
import type { CommandType } from '../../domain/case/commands';
import type { KnownCase } from '../../db/case/cases';
import type { Pool } from '../../db/sql/pool';
import type { Deps } from '../http/deps';
import type { SignedIn } from '../http/route';

export function isPrepared(type: CommandType): type is PreparedType {
  return (PREPARED as readonly string[]).includes(type);
}

export interface Preparation {
  readonly by: SignedIn;
  readonly known: KnownCase;
  readonly command: string;
  /** As it was checked: rows, tables, uploads by name. */
  readonly body: unknown;
  /** The same with references in place of words. */
  readonly referred: object;
}

export interface PeopleOfActs {
  /** Stores what the body says of people. @returns what of the command may travel */
  prepare(deps: Deps, type: PreparedType, preparation: Preparation): Promise<object>;
  /** Of a command that the case has refused. */
  takeBack(pool: Pool, type: PreparedType, command: string): Promise<void>;
}
