/** Answers for the mistakes of a programme file that no single value shows: how its parts must fit together. */
import { ids, isDateText, items, strings, uniqueIds, uniqueWords, type Block, type Report } from './checked-block';
import { toldFirst } from './operation-checks';
import { roundsApart } from './round-checks';
import { fixedOffset, isTimeZone } from './time-zone';

/** The years in which a programme may be in force: a year outside is a slip of the pen, and checks walk through all of them. */
export const FIRST_YEAR = 2020;
export const LAST_YEAR = 2099;

export function oneTerm(term: Block, report: Report): void {
  const given = ['days', 'workingDays', 'hours'].filter((key) => term[key] !== undefined).length;
  if (given === 1) return;
  const message =
    given === 0 ? 'a term needs days, workingDays or hours 期限为空' : 'days, workingDays and hours exclude each other';
  report([], message, {
    suggestion: 'write { days: 2 }, { workingDays: 2 } or { hours: 6 } 自然日、工作日或小时，三选一',
  });
}

function knownDepartments(edition: Block, report: Report): void {
  const { epidemicControl } = edition;
  const known = ids(edition['departments']);
  if (typeof epidemicControl === 'string' && known.length > 0 && !known.includes(epidemicControl)) {
    report(['epidemicControl'], `there is no department "${epidemicControl}" 没有该部门`, {
      given: epidemicControl,
      known,
    });
  }
}

function knownMaterials(edition: Block, report: Report): void {
  const known = ids(edition['materials']);
  const exists = new Set(known);
  const departments = items(edition['departments']);
  for (const { index, block } of departments) {
    const reviewed = Array.isArray(block['materials']) ? (block['materials'] as unknown[]) : [];
    reviewed.forEach((material, position) => {
      if (typeof material !== 'string' || known.length === 0 || exists.has(material)) return;
      const hint = { given: material, known };
      report(['departments', index, 'materials', position], `there is no material "${material}" 没有该材料`, hint);
    });
    uniqueWords(reviewed, ['departments', index, 'materials'], report);
    uniqueIds(block['checklist'], ['departments', index, 'checklist'], report);
  }
  const reviewed = new Set(departments.flatMap(({ block }) => strings(block['materials'])));
  for (const { index, id } of items(edition['materials'])) {
    if (id === undefined || reviewed.has(id) || departments.length === 0) continue;
    report(['materials', index], `no department reviews "${id}" 没有部门审核该材料`, {
      suggestion: 'name it under materials of a department, or delete it 请列入某部门的 materials,或删去',
    });
  }
}

export function editionFits(edition: Block, report: Report): void {
  for (const list of ['departments', 'materials', 'preparations', 'tests']) uniqueIds(edition[list], [list], report);
  items(edition['preparations']).forEach(({ index, block }) => {
    uniqueWords(block['kinds'], ['preparations', index, 'kinds'], report);
    if (block['kinds'] === undefined || block['for'] === undefined) return;
    report(['preparations', index, 'kinds'], 'for says already for whom it is 与 for 重复', {
      suggestion: 'keep one of the two 请只保留一处',
    });
  });
  uniqueWords(edition['teamParts'], ['teamParts'], report);
  knownDepartments(edition, report);
  knownMaterials(edition, report);
  roundsApart(edition['tests'], report);
  toldFirst(edition, report);
  for (const { index, block } of items(edition['tests'])) {
    const { until } = block;
    if (isDateText(until) && isDateText(edition['from']) && until < edition['from']) {
      report(
        ['tests', index, 'until'],
        `the edition begins only on ${edition['from']}: the rule never holds 永不生效`,
        {
          suggestion: 'delete the rule 请删去该规则',
        },
      );
    }
  }
}

export function yearFits(entry: Block, report: Report): void {
  const { year, holidays, makeUpDays } = entry;
  for (const [list, dates] of Object.entries({ holidays, makeUpDays })) {
    uniqueWords(dates, [list], report);
    if (!Array.isArray(dates)) continue;
    dates.forEach((date: unknown, index) => {
      if (!isDateText(date)) return;
      if (typeof year === 'number' && !date.startsWith(`${year}-`)) {
        report([list, index], `${date} is not in ${year} 不在该年`, {
          suggestion: 'move it to its year 请移到所属年份',
        });
      }
      const weekday = new Date(`${date}T00:00Z`).getUTCDay();
      if (list === 'makeUpDays' && weekday >= 1 && weekday <= 5) {
        report([list, index], `${date} is not on a weekend 调休上班日应为周末`, {
          suggestion: 'look it up 请核对放假通知',
        });
      }
    });
  }
  const free = new Set(strings(holidays));
  strings(makeUpDays).forEach((date, index) => {
    if (!free.has(date)) return;
    report(['makeUpDays', index], `${date} is among the holidays too 同时列为放假日`, {
      suggestion: 'keep one 请只保留一处',
    });
  });
}

/** The first and the last year that the file speaks of; null when it names none. */
export function yearsOf(programme: Block): { first: number; last: number } | null {
  const starts = items(programme['editions']).map(({ block }) => block['from']);
  const years = [
    ...starts.filter(isDateText).map((from) => Number(from.slice(0, 4))),
    ...items(programme['calendar']).flatMap(({ block: { year } }) => (typeof year === 'number' ? [year] : [])),
  ];
  const possible = years.filter((year) => year >= FIRST_YEAR && year <= LAST_YEAR);
  if (possible.length === 0) return null;
  return { first: Math.min(...possible), last: Math.max(...possible) };
}

export function programmeFits(programme: Block, report: Report): void {
  uniqueIds(programme['villages'], ['villages'], report);
  uniqueIds(programme['editions'], ['editions'], report);
  ascending(programme['editions'], 'editions', 'from', report);
  ascending(programme['calendar'], 'calendar', 'year', report);
  const { timeZone } = programme;
  const years = yearsOf(programme);
  if (typeof timeZone !== 'string' || !isTimeZone(timeZone) || years === null) return;
  if (fixedOffset(timeZone, years.first, years.last) !== null) return;
  report(['timeZone'], `${timeZone} changes its clocks between ${years.first} and ${years.last} 有夏令时`, {
    suggestion: 'only zones without daylight saving are possible 只支持没有夏令时的时区，如 Asia/Shanghai',
  });
}

function ascending(list: unknown, name: string, key: string, report: Report): void {
  let last: string | number | undefined;
  for (const { index, block } of items(list)) {
    const value = block[key];
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    if (last !== undefined && value <= last) {
      report([name, index, key], `${value} does not come after ${last} 未按先后排列`, {
        suggestion: 'oldest first, each only once 由旧到新，各只一次',
      });
    }
    last = value;
  }
}
