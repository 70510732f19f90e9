/** Answers for the work that goes on while parts are killed: several drivers, each with one case after the other. */
import type { Edition } from '../../../domain/programme/edition';
import { Dice } from '../../support/dice';
import type { ActLog } from './act-log';
import { CaseStory, type Turn } from './case-story';
import { Astray, Closing, Desk } from './desk';
import type { Cast } from './people';
import type { Sender } from './sender';

/** Far apart, so that the drivers' choices have nothing to do with each other or with the schedule's. */
const SEED_STEP = 7919;

export class Drivers {
  readonly #closing = { yes: false };
  readonly #running: Promise<unknown>;
  #failure: Error | undefined;

  constructor(
    private readonly sender: Sender,
    private readonly log: ActLog,
    private readonly rules: Edition,
    { casts, seed }: { readonly casts: readonly Cast[]; readonly seed: number },
  ) {
    const drivers = casts.map((cast, index) => this.#drive(cast, new Dice(seed + (index + 1) * SEED_STEP)));
    this.#running = Promise.all(drivers.map((one) => one.catch((error: Error) => (this.#failure ??= error))));
  }

  /** The first failure of a driver: an act without a final answer, or a mistake of the run's own. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Resolves when the acts under way have their answers; cases stay as they are. @throws the first failure of a driver */
  async close(): Promise<void> {
    this.#closing.yes = true;
    await this.#running;
    if (this.#failure) throw this.#failure;
  }

  async #drive(cast: Cast, dice: Dice): Promise<void> {
    for (const turn: Turn = { number: 0 }; !this.#closing.yes; turn.number += 1) {
      const desk = new Desk(this.sender, this.log, dice, this.#closing);
      try {
        await new CaseStory(desk, cast, this.rules, dice, turn).tell();
      } catch (error) {
        if (error instanceof Closing) return;
        // The enterprise's case stays open where it went astray: the driver cannot begin another one.
        if (error instanceof Astray) return;
        throw error;
      }
    }
  }
}
