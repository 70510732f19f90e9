/** Answers for what the bench's figures are held against, and for saying where one falls short and what is in the way. */
import { AT_ONCE, type AtOnce, type Figures, type PerConcurrency } from './figures';

/** Of full : b2, with both cores busy: aimed at, and the least. One at a time the seconds are mostly waiting, which p50 is asked about. */
const HTTP = { aim: 0.6, least: 0.5, at: [10, 50] } as const;
/** Of full : b, with more at once than a town has officials. */
const BARE = { least: 0.45, at: 50 } as const;
/** How many times b2's median answer a person alone may wait for the full system's. */
const P50_TIMES = 1.6;
/** Events of a case of nine messages: in a burst batches gather less well. */
const MOST_EVENTS: PerConcurrency = { 1: 75, 10: 75, 50: 85 };
const MOST_KIB = 45;
/** Nothing was asked of the size at 50. */
const SIZED = [1, 10] as const;
const KIB = 1024;

/** A line for each figure that falls short, and one for each reason; none when all hold. */
export function shortfalls(figures: Figures): string[] {
  const ratios = [...httpLines(figures), ...bareLines(figures), ...p50Lines(figures)];
  return [...ratios, ...(ratios.length > 0 ? IN_THE_WAY : []), ...historyLines(figures)];
}

function httpLines({ fullToHttp }: Figures): string[] {
  return HTTP.at.flatMap((n) => {
    const value = fullToHttp[n];
    if (value >= HTTP.aim) return [];
    const asked = value < HTTP.least ? `${HTTP.least.toFixed(2)} asked for` : `aim of ${HTTP.aim.toFixed(2)}`;
    return [`a:b2 is ${value.toFixed(2)} at ${n}, below the ${asked}.`];
  });
}

function bareLines({ fullToBare }: Figures): string[] {
  const value = fullToBare[BARE.at];
  return value < BARE.least ? [`a:b is ${value.toFixed(2)} at ${BARE.at}, below the ${BARE.least} asked for.`] : [];
}

function p50Lines({ p50Ms, httpP50Ms }: Figures): string[] {
  const times = p50Ms[1] / httpP50Ms[1];
  if (times <= P50_TIMES) return [];
  return [`One at a time, p50 of (a) is ${times.toFixed(2)} times that of (b2), more than ${P50_TIMES}.`];
}

function historyLines({ eventsPerCaseAtOnce: events, bytesPerCaseAtOnce: bytes }: Figures): string[] {
  const long = AT_ONCE.filter((n: AtOnce) => events[n] > MOST_EVENTS[n]);
  const large = SIZED.filter((n) => bytes[n] > MOST_KIB * KIB);
  return [
    ...long.map((n) => `${events[n]} events a case at ${n}, more than ${MOST_EVENTS[n]}.`),
    ...large.map((n) => `${(bytes[n] / KIB).toFixed(1)} KiB a case at ${n}, more than ${MOST_KIB}.`),
  ];
}

const IN_THE_WAY = [
  'In the way: what (b2) leaves out. See the processor times: what the full system takes beyond (b2) on Temporal and the worker is',
  'recording (an activity with its workflow task, search attributes, a timer) and checking signature and rules in the workflow; on',
  'API and PostgreSQL it is sign-in, checks of the body, the signature, and the ledger. (b) leaves out HTTP as well.',
];
