/** Answers for the days that are measured: for each enterprise a system of its own, lived through to the last of its days. */
import { Client, Connection } from '@temporalio/client';
import { Town } from '../../demo/town';
import { OwnSystem, SAID_WITHOUT_LIMITS, WITHOUT_LIMITS } from '../../own-system/system';
import { benchRules } from '../programme';
import { Life, type DayCost } from './life';
import { oneOrder, type OrderCost } from './order';

/** The article's factory and one of a thousand people; a month shows whether a day grows dearer. */
export const ENTERPRISES: readonly MeasuredEnterprise[] = [
  { people: 57, days: [3, 30] },
  { people: 1000, days: [3] },
];

export interface MeasuredEnterprise {
  readonly people: number;
  /** Operating days, 1 the first, ascending. */
  readonly days: readonly number[];
}

export interface MeasuredDay extends DayCost {
  readonly people: number;
  readonly day: number;
}

export interface DayFigures {
  readonly days: readonly MeasuredDay[];
  /** Of the first enterprise. */
  readonly order: OrderCost;
}

type Say = (line: string) => void;

export class MeasuredDays {
  #system: OwnSystem | undefined;
  #connection: Connection | undefined;
  #stopping: Promise<void> | undefined;

  /** When it rejects, `stop` is still to be called. */
  async measure(say: Say, enterprises = ENTERPRISES): Promise<DayFigures> {
    say(SAID_WITHOUT_LIMITS);
    const days: MeasuredDay[] = [];
    let order: OrderCost | undefined;
    for (const enterprise of enterprises) {
      const found = await this.#measureOne(enterprise, { say, withOrder: order === undefined });
      days.push(...found.days);
      order ??= found.order;
    }
    if (!order) throw new Error('no enterprise was measured');
    // Those of one day beside each other.
    return { days: days.sort((a, b) => a.day - b.day || a.people - b.people), order };
  }

  async #measureOne({ people, days }: MeasuredEnterprise, { say, withOrder }: { say: Say; withOrder: boolean }) {
    say(`${people} people: starting a system of its own in a temporary folder …`);
    const { town, temporal, edition } = await this.#start();
    const life = await Life.begin({ town, temporal, edition, people, say });
    const order = withOrder ? await oneOrder(life, town, temporal) : undefined;
    if (order) say(`${people} people: an order from request to receipt, ${order.events} events`);
    const measured: MeasuredDay[] = [];
    for (const day of days) {
      const cost = await life.day(day);
      say(`${people} people, day ${day}: ${cost.events} events, ${cost.bytes} bytes`);
      measured.push({ people, day, ...cost });
    }
    await this.#end();
    return { days: measured, order };
  }

  async #start() {
    if (this.#stopping) throw new Error('the bench was stopped');
    const system = new OwnSystem({ of: 'bench-day', settings: WITHOUT_LIMITS });
    this.#system = system;
    await system.start();
    await system.ready();
    const { apiUrl, temporalAddress, temporalNamespace } = system.addresses;
    const connection = await Connection.connect({ address: temporalAddress });
    this.#connection = connection;
    const temporal = new Client({ connection, namespace: temporalNamespace });
    return { town: await Town.at(apiUrl, system.dataDir), temporal, edition: benchRules(system.programme) };
  }

  async #end(): Promise<void> {
    await this.#connection?.close().catch(() => undefined);
    await this.#system?.stop();
    this.#connection = undefined;
    this.#system = undefined;
  }

  /** Ends every process and removes every file. May be called more than once. */
  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }
}
