/** The case's one timer: wakes it when time next changes something, and lets that time pass. */
import { Alarm } from './alarm';
import type { Case } from './case';
import { timerSummary } from './display';

export class DueTimer {
  readonly #alarm: Alarm;

  constructor(private readonly theCase: Case) {
    this.#alarm = new Alarm(() => theCase.stir());
  }

  issue(): void {
    const { theCase } = this;
    const now = Date.now();
    if (now >= (theCase.nextWake ?? Infinity)) theCase.passTime(now);
    const next = theCase.nextWake;
    // One that rings too early costs less than one that is moved with every act.
    if (next !== null && next < (this.#alarm.at ?? Infinity)) this.#alarm.set(next, timerSummary(theCase.state, next));
  }
}
