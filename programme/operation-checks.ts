/** Answers for the mistakes in what a programme says of operating days that no single value shows. */
import { OWNERS } from '../domain/case/duty';
import { ids, isTime, items, uniqueIds, uniqueWords, type Block, type Report } from './checked-block';

export function suppliesFit(supplies: Block, report: Report): void {
  uniqueIds(supplies['items'], ['items'], report);
  const { thresholdDays, targetDays } = supplies;
  if (typeof thresholdDays !== 'number' || typeof targetDays !== 'number' || thresholdDays < targetDays) return;
  report(['targetDays'], `${targetDays} days are not above the threshold of ${thresholdDays} 补货目标应高于下限`, {
    suggestion: `at least ${thresholdDays + 1} 至少 ${thresholdDays + 1} 天`,
  });
}

export function tubesDiffer(testing: Block, report: Report): void {
  const sizes: unknown = testing['tubeSizes'];
  if (!Array.isArray(sizes)) return;
  sizes.forEach((size: unknown, index) => {
    if (sizes.indexOf(size) === index) return;
    report(['tubeSizes', index], `${String(size)} stands here twice 重复`, { suggestion: 'delete one 请删去一个' });
  });
}

/** Windows of one day may not overlap, and both their ends belong to them: else one of them says nothing. */
export function windowsApart(lodging: Block, report: Report): void {
  const windows = items(lodging['windows']).flatMap(({ index, block: { from, to } }) =>
    isTime(from) && isTime(to) ? [{ index, from, to }] : [],
  );
  for (const later of windows) {
    const earlier = windows.find((one) => one.index < later.index && later.from <= one.to && one.from <= later.to);
    if (!earlier) continue;
    report(['windows', later.index], `overlaps ${earlier.from}–${earlier.to} 与另一时段重叠`, {
      suggestion: 'make one window of the two 请合并为一个时段',
    });
  }
}

/** Everyone who is told exists, and epidemic control is the first of them (docs/domain.md#incidents). */
export function toldFirst(edition: Block, report: Report): void {
  const { incident, epidemicControl } = edition;
  const tell: unknown = typeof incident === 'object' && incident !== null ? (incident as Block)['tell'] : undefined;
  if (!Array.isArray(tell)) return;
  const departments = ids(edition['departments']).map((id) => `department/${id}`);
  const known = [...OWNERS, 'village', 'operator', ...departments];
  uniqueWords(tell, ['incident', 'tell'], report);
  tell.forEach((owner: unknown, index) => {
    if (typeof owner !== 'string' || known.includes(owner)) return;
    report(['incident', 'tell', index], `there is no owner "${owner}" 没有该通知对象`, { given: owner, known });
  });
  if (typeof epidemicControl !== 'string' || tell[0] === `department/${epidemicControl}`) return;
  report(['incident', 'tell', 0], 'epidemic control is told first 应首先报告防控办', {
    suggestion: `begin with department/${epidemicControl} 名单首位应为 department/${epidemicControl}`,
  });
}
