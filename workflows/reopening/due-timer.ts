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
    if (theCase.now >= (theCase.nextWake ?? Infinity)) theCase.passTime(theCase.now);
    const next = theCase.nextWake;
    // One that rings too early costs less than one that is moved with every act.
    if (next !== null && next < (this.#alarm.at ?? Infinity))
      this.#alarm.set(next, theCase.now, timerSummary(theCase.state, next));
  }
}
