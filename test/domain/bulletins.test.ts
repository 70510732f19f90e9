/** Bulletins under whatever their writers and the clock do: published once and not before their time, urged at most hourly, named nobody. */
import { TELLING_ACTS } from '../../domain/telling/acts';
import * as rules from '../../domain/telling/bulletins';
import type { Dice } from '../support/dice';
import { expectRows, Happened, holds, said } from '../support/seeded';

const happened = new Happened();
const WRITTEN = Date.parse('2026-11-28T01:00:00Z');
const MINUTE = 60_000;
const FOR_THE_AUDIENCE = ['console', 'email'];
const FOR_EVERYBODY = ['wecom', 'copy-text', 'official-account'];

/** One bulletin as it stands, and what has become of it so far. */
class Desk {
  bulletin: rules.Bulletin;
  now = WRITTEN;
  wanted = Infinity;
  readonly published: number[] = [];
  readonly urged: number[] = [];
  readonly withdrawn: number[] = [];
  readonly open: boolean;

  constructor(readonly dice: Dice) {
    const chosen = dice.some([...FOR_THE_AUDIENCE, ...FOR_EVERYBODY]);
    const channels = chosen.length > 0 ? chosen : ['console'];
    const cover = dice.chance(50) ? 'd-1' : null;
    this.bulletin = { state: 'draft', channels, cover, publishAt: null, urgedAt: null };
    this.open = FOR_EVERYBODY.some((one) => channels.includes(one));
  }

  personal(): rules.PersonalData | null {
    return this.dice.chance(15) ? { what: 'phone', shown: '138****1111' } : null;
  }

  /** Its state by what has become of it, not by what a rule says. */
  get stands(): string {
    if (this.withdrawn.length > 0) return 'withdrawn';
    if (this.published.length > 0) return 'published';
    return this.wanted === Infinity ? 'draft' : 'scheduled';
  }
}

function schedule(desk: Desk): void {
  const { bulletin, dice, now } = desk;
  const at = dice.chance(50) ? undefined : now + (dice.below(240) - 60) * MINUTE;
  const [personal, enterprises] = [desk.personal(), dice.chance(20) ? 0 : dice.below(9)];
  const { done, refused } = said(rules.scheduleBulletin, bulletin, { at, personal, enterprises }, now);
  happened.note(`schedule ${refused ?? 'done'}`);
  const bare = bulletin.channels.includes('official-account') && bulletin.cover === null;
  const leaks = desk.open && personal !== null;
  const forNobody = !desk.open && enterprises === 0;
  expect(done !== undefined).toBe(desk.stands === 'draft' && !bare && !leaks && !forNobody);
  if (!done) return;
  expect(TELLING_ACTS.scheduleBulletin.causes).toContain(done.entry.type);
  expect(done.publishAt).toBe(at === undefined || at < now ? now : at);
  expect(done.entry.details).toEqual({ at: done.publishAt });
  desk.wanted = done.publishAt;
  desk.bulletin = { ...bulletin, state: 'scheduled', publishAt: done.publishAt };
  const again = said(rules.scheduleBulletin, desk.bulletin, { at, personal, enterprises }, now);
  expect(again.refused).toBe('wrong-state');
}

/** The system looks whether its time has come. */
function publish(desk: Desk): void {
  const { done } = said(rules.publishWhenDue, desk.bulletin, desk.now);
  happened.note(`publish ${done ? 'done' : 'not yet'}`);
  expect(done !== undefined).toBe(desk.stands === 'scheduled' && desk.now >= desk.wanted);
  if (!done) return;
  const entry = done.entryOf({ recipients: 3, elsewhere: 1 });
  expect(entry.details).toEqual({ recipients: 3, elsewhere: 1 });
  expect(TELLING_ACTS.scheduleBulletin.causes).toContain(entry.type);
  desk.published.push(done.publishedAt);
  desk.bulletin = { ...desk.bulletin, state: 'published' };
  expect(said(rules.publishWhenDue, desk.bulletin, desk.now).done).toBeUndefined();
}

function urge(desk: Desk): void {
  const { done, refused } = said(rules.urgeBulletin, desk.bulletin, desk.now);
  happened.note(`urge ${refused ?? 'done'}`);
  const hourAgo = desk.now - 60 * MINUTE;
  expect(done !== undefined).toBe(desk.stands === 'published' && desk.urged.every((at) => at <= hourAgo));
  if (!done) return;
  expect(done.entryOf(4).details).toEqual({ urged: 4 });
  expect(TELLING_ACTS.urgeBulletin.causes).toContain(done.entryOf(4).type);
  desk.urged.push(done.urgedAt);
  desk.bulletin = { ...desk.bulletin, urgedAt: done.urgedAt };
  expect(said(rules.urgeBulletin, desk.bulletin, desk.now).refused).toBe('too-soon');
}

function withdraw(desk: Desk): void {
  const personal = desk.personal();
  const before = desk.stands;
  const { done, refused } = said(rules.withdrawBulletin, desk.bulletin, { personal }, desk.now);
  happened.note(`withdraw ${refused ?? before}`);
  expect(done !== undefined).toBe(before !== 'withdrawn' && !(desk.open && personal !== null));
  if (!done) return;
  // Only those who may have it are told that it no longer holds.
  expect(done.tells).toBe(before === 'published');
  expect(done.entryOf(2).details).toEqual({ told: 2 });
  expect(TELLING_ACTS.withdrawBulletin.causes).toContain(done.entryOf(2).type);
  desk.withdrawn.push(done.withdrawnAt);
  desk.bulletin = { ...desk.bulletin, state: 'withdrawn' };
  expect(said(rules.withdrawBulletin, desk.bulletin, { personal: null }, desk.now).refused).toBe('wrong-state');
}

const ACTS = [schedule, schedule, publish, publish, urge, urge, urge];

holds('a bulletin is published once at its time, urged at most hourly, and nothing follows its withdrawal', (dice) => {
  const desk = new Desk(dice);
  for (let step = 0; step < 40; step += 1) {
    desk.now += dice.below(40) * MINUTE;
    const act = dice.chance(4) ? withdraw : dice.of(ACTS);
    const over = desk.withdrawn.length > 0;
    const before = desk.bulletin;
    act(desk);
    if (over) expect(desk.bulletin).toBe(before);
    expect(desk.bulletin.state).toBe(desk.stands);
  }
  const { published, urged, withdrawn } = desk;
  expect(published.length).toBeLessThanOrEqual(1);
  for (const at of published) expect(at).toBeGreaterThanOrEqual(desk.wanted);
  for (const [n, at] of urged.entries()) expect(at - (urged[n - 1] ?? -Infinity)).toBeGreaterThanOrEqual(60 * MINUTE);
  for (const at of [...published, ...urged]) expect(at).toBeLessThanOrEqual(withdrawn[0] ?? Infinity);
});

holds('what a draft names twice counts once, and its words stand nowhere in the entry', (dice) => {
  const all = [...FOR_THE_AUDIENCE, ...FOR_EVERYBODY];
  const channels = Array.from({ length: 1 + dice.below(5) }, () => dice.of(all));
  const attachments = Array.from({ length: dice.below(4) }, () => dice.of(['d-1', 'd-2', 'd-3']));
  const { done } = said(rules.draftBulletin<string>, { kind: 'policy', channels, attachments });
  if (!done) throw new Error('a draft is never refused by its rule');
  for (const [named, kept] of [
    [channels, done.channels],
    [attachments, done.attachments],
  ] as const) {
    expect(kept.filter((one, n) => kept.indexOf(one) !== n)).toEqual([]);
    expect(named.every((one) => kept.includes(one)) && kept.every((one) => named.includes(one))).toBe(true);
  }
  expect(TELLING_ACTS.draftBulletin.causes).toContain(done.entry.type);
  expect(done.entry.details).toEqual({ kind: 'policy', channels: done.channels });
});

test('everybody has the part in telling that the town gives them', () => {
  expectRows(TELLING_ACTS, {
    draftBulletin: ['official', 'bulletin-drafted'],
    scheduleBulletin: ['official', 'bulletin-scheduled bulletin-published'],
    urgeBulletin: ['official', 'bulletin-urged'],
    withdrawBulletin: ['official', 'bulletin-withdrawn'],
    resendMessage: ['operator', 'message-resent'],
    postMessage: ['operator official', 'message-posted'],
    closeMessage: ['operator', 'message-closed'],
    requestSummary: ['official', 'summary-requested'],
  });
});

happened.expectAll(
  ...['schedule done', 'schedule wrong-state', 'schedule cover-missing', 'schedule personal-data'],
  ...['schedule nobody-to-tell', 'publish done', 'publish not yet', 'urge done', 'urge wrong-state', 'urge too-soon'],
  ...['withdraw draft', 'withdraw scheduled', 'withdraw published', 'withdraw wrong-state', 'withdraw personal-data'],
);
