/** Answers for a day of operation in a kill run: sheets of results for the first round, and an order of supplies from request to receipt. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { rosterStream, STREAMS } from '../../../domain/ledger/outside-acts';
import type { Edition } from '../../../domain/programme/edition';
import type { Order } from '../../../domain/case/state';
import type { Dice } from '../../support/dice';
import type { DemoPerson } from '../../../scripts/demo/people';
import type { Asked, Desk } from './desk';
import type { Cast } from './people';

/** Asked so often whether the case is further. */
const LOOK_MS = 250;
/** A hint of new stock may be lost with the API: then the order looks by itself after ten minutes, and the story does not wait for it. */
const ALLOCATED_MS = 8_000;
/** An answer is recorded within seconds, or when PostgreSQL and the worker are back. */
const RECORDED_MS = 60_000;
/** Of an item in one order or receipt: some are enough, some are not. */
const MOST = 20;

export function employ(desk: Desk, { enterprise, enterpriseId, employees }: Cast): Promise<unknown> {
  const body = { rows: employees };
  return desk.actOutside({ type: 'importRoster', by: enterprise, body }, rosterStream(enterpriseId));
}

export class OperatingDay {
  constructor(
    private readonly desk: Desk,
    private readonly cast: Cast,
    private readonly rules: Edition,
    private readonly dice: Dice,
  ) {}

  /** @throws Closing, Astray */
  async live(): Promise<void> {
    // The clock first: the server skips no time while an order is under way.
    if (this.dice.chance(70)) await this.#test(await this.#firstRound());
    if (this.dice.chance(80)) await this.#order();
  }

  async #firstRound(): Promise<string> {
    for (;;) {
      const [round] = (await this.desk.look(this.cast.official))?.operation.rounds ?? [];
      if (round) return round.id;
      await this.desk.moveOn(this.cast.official);
      await pause(LOOK_MS);
    }
  }

  /** Two sheets at once, and one of them perhaps again by somebody who does not know of it. */
  async #test(round: string): Promise<void> {
    const { employees, enterprise } = this.cast;
    const half = employees.length / 2;
    const bodies = [employees.slice(0, half), employees.slice(half)].map((people) => ({
      round,
      sheet: randomUUID(),
      rows: people.map((one) => this.#result(one)),
    }));
    const ended = await Promise.allSettled(bodies.map((body) => this.#file(body)));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
    if (!this.dice.chance(30)) return;
    const again = { type: 'reportTests', by: enterprise, body: this.dice.of(bodies) } as const;
    await this.desk.act({ ...again, mayBeRefused: ['already-done'] });
  }

  /** A round is open in its case before PostgreSQL has frozen it: so long a sheet is refused. */
  #file(body: object): Promise<void> {
    return this.#onceRecorded({ type: 'reportTests', by: this.cast.enterprise, body }, 'round-not-open');
  }

  /** What is refused until PostgreSQL has recorded what was answered before is done by another act. */
  async #onceRecorded(asked: Asked, refusal: string): Promise<void> {
    const late = performance.now() + RECORDED_MS;
    for (;;) {
      const mayBeRefused = performance.now() < late ? [refusal] : [];
      const { outcome } = await this.desk.act({ ...asked, mayBeRefused });
      if (outcome === 'done') return;
      await pause(LOOK_MS);
    }
  }

  #result({ documentNumber }: DemoPerson) {
    if (this.dice.chance(4)) return { documentNumber, result: 'positive' };
    return this.dice.chance(8)
      ? { documentNumber, result: 'not-tested', reason: 'ill' }
      : { documentNumber, result: 'negative' };
  }

  async #order(): Promise<void> {
    const { desk, cast, dice } = this;
    const { enterprise, storekeeper, volunteer } = cast;
    const all = this.rules.supplies.items;
    // An order asks for something.
    const [first = dice.of(all), ...more] = dice.some(all);
    const items = [first, ...more];
    const lines = items.map(({ id }) => ({ item: id, quantity: 1 + dice.below(MOST) }));
    await desk.act({ type: 'requestSupplies', by: enterprise, body: { lines } });
    await this.#receipt(items.map(({ id }) => id));
    // One in five is left as it is: the end of the case gives back what it was promised.
    if (dice.chance(20)) return;
    const ready = await this.#allocated();
    if (!ready || dice.chance(20)) {
      const body = { order: 1, reason: `不再需要(故障演练 ${randomUUID().slice(0, 8)})` };
      await desk.act({ type: 'cancelOrder', by: enterprise, body });
      return;
    }
    const consignment = { order: 1, consignment: 1 };
    await desk.act({ type: 'dispatchOrder', by: storekeeper, body: { ...consignment, volunteer: volunteer.account } });
    // A volunteer sees a case as soon as a delivery there is on record as theirs.
    await this.#onceRecorded({ type: 'deliverOrder', by: volunteer, body: consignment }, 'unknown-case');
    const sent = (await this.#ordered((order) => order.consignments.length > 0))?.consignments[0]?.lines ?? [];
    const received = sent.map(({ item, quantity }) => ({ item, quantity: quantity - (dice.chance(10) ? 1 : 0) }));
    await desk.act({ type: 'receiveOrder', by: enterprise, body: { ...consignment, lines: received } });
  }

  async #receipt(items: readonly string[]): Promise<void> {
    const lines = items.map((item) => ({ item, quantity: 1 + this.dice.below(MOST) }));
    const body = { source: 'donation', from: '故障演练捐赠单位', lines };
    await this.desk.actOutside({ type: 'receiveStock', by: this.cast.storekeeper, body }, STREAMS.stock);
  }

  #allocated(): Promise<Order | undefined> {
    const late = performance.now() + ALLOCATED_MS;
    return this.#ordered((order) => order.allocatedAt !== null, late);
  }

  /** The case's order as soon as it is so; undefined when that is not in time. */
  async #ordered(holds: (order: Order) => boolean, late = Infinity): Promise<Order | undefined> {
    for (;;) {
      const [order] = (await this.desk.look(this.cast.official))?.supply.orders ?? [];
      if (order && holds(order)) return order;
      if (performance.now() > late) return undefined;
      await pause(LOOK_MS);
    }
  }
}
