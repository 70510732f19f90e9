/** A run that is due to go on as a new one waits for a moment in which nobody is being answered. */
import { isNewRunDue } from '../continuing';
import { Alarm } from './alarm';
import type { Case } from './case';

/** Long enough for an answer to be on its way before the run ends. */
const QUIET_MS = 100;

export class QuietMoment {
  readonly #alarm: Alarm;

  constructor(private readonly theCase: Case) {
    this.#alarm = new Alarm(() => theCase.stir());
  }

  issue(): void {
    if (!isNewRunDue() || this.theCase.mayContinueAsNew || this.#alarm.at !== null) return;
    this.#alarm.set(this.theCase.now + QUIET_MS, this.theCase.now, '等待空闲以续办');
  }
}
