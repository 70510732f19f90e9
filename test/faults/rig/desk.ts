/** Answers for how one driver acts: gives each act its key, waits for its final answer, and notes an answer that may not come. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { commandIdOf } from '../../../api/http/command-id';
import type { Ask } from '../../../api/http/route';
import type { Dice } from '../../support/dice';
import { isOfCase, pathOf, type Act, type ActType, type Answer, type OutsideActType, type Person } from './act';
import type { CaseView } from '../../../contracts/case/views';
import type { ActLog } from './act-log';
import type { Sender } from './sender';

/** One act in six is sent again after its answer: often enough for every kind of act to be among them in a short run. */
const REPEATED_PERCENT = 16;
/** A person takes longer; so many drivers then leave the two cores some room to recover. */
const LONGEST_THOUGHT_MS = 100;

/** The run ends: the case stays as it is. */
export class Closing extends Error {}
/** The case cannot go on as its story tells; why stands in the findings. */
export class Astray extends Error {}

export interface Asked {
  readonly type: ActType;
  readonly by: Person;
  readonly body?: object;
  /** Refusals that may come: because the act is wrong on purpose, or because another one may be first. */
  readonly mayBeRefused?: readonly string[];
}

export class Desk {
  caseNumber: string | null = null;
  /** The last of this driver's acts on a case, as a read waits for it. */
  #after: string | undefined;

  constructor(
    private readonly sender: Sender,
    private readonly log: ActLog,
    private readonly dice: Dice,
    private readonly closing: { readonly yes: boolean },
  ) {}

  /** @throws Closing when the run ends, Astray when it was refused and may not be */
  act(asked: Asked): Promise<Answer> {
    return this.#act(asked, this.caseNumber);
  }

  /** Outside a case: `stream` is where the ledger has it. */
  actOutside(asked: Asked & { readonly type: OutsideActType }, stream: string): Promise<Answer> {
    return this.#act(asked, stream);
  }

  /** The case with what this driver has done. */
  async look(by: Person): Promise<CaseView | undefined> {
    if (this.closing.yes) throw new Closing();
    const body = await this.sender.look(by, `/reopenings/${this.caseNumber}`, this.#after);
    return (body['view'] as CaseView | null) ?? undefined;
  }

  async moveOn(by: Person): Promise<void> {
    if (this.closing.yes) throw new Closing();
    await this.sender.moveOn(by, this.caseNumber ?? '');
  }

  async #act({ type, by, body = {}, mayBeRefused = [] }: Asked, caseNumber: string | null): Promise<Answer> {
    if (this.closing.yes) throw new Closing();
    await pause(this.dice.below(LONGEST_THOUGHT_MS));
    const act = newAct(type, by, caseNumber, body);
    const answer = await this.sender.perform(act);
    if (answer.outcome === 'done') {
      if (isOfCase(act)) this.#after = `${answer.caseNumber}@${answer.sequence ?? 1}`;
      if (this.dice.chance(REPEATED_PERCENT)) await this.sender.repeat(act, answer);
      return answer;
    }
    if (mayBeRefused.includes(answer.code)) return answer;
    const { status, code } = answer;
    this.log.found(`${type} ${act.id.slice(0, 12)} (${caseNumber}) was refused as ${status} ${code}, and may not be`);
    throw new Astray();
  }

  async upload(by: Person, words: string): Promise<string> {
    if (this.closing.yes) throw new Closing();
    return this.sender.upload(by, words);
  }
}

function newAct(type: ActType, by: Person, caseNumber: string | null, body: object): Act {
  const key = randomUUID();
  const path = pathOf(type, caseNumber);
  const id = commandIdOf({ by: { account: by.account } as Ask['by'], key }, `POST ${path}`);
  return { type, id, key, caseNumber, by, path, body };
}
