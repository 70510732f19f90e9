/** The shipped town with a second edition in which everything is otherwise that a case could notice. */
import type { Programme } from '../../programme/schema';

export function withSecondEdition(programme: Programme): Programme {
  const [first] = programme.editions;
  if (!first) throw new Error('a programme has an edition');
  const second = structuredClone(first);
  const [control, , , market] = second.departments;
  if (!control || !market) throw new Error('the shipped programme has its six departments');
  market.name = '市场监督管理所';
  market.checklist = [{ id: 'cold-chain', name: '进口冷链食品专区专人专管' }];
  market.materials = ['work-plan', 'cold-chain-plan'];
  second.materials.push({ id: 'cold-chain-plan', name: '冷链物防方案' });
  second.epidemicControl = market.id;
  second.incident.tell = [
    `department/${market.id}`,
    ...second.incident.tell.filter((one) => !one.startsWith('department/')),
  ];
  second.tests = second.tests.map((test) => ({ ...test, id: `${test.id}-2`, name: `新${test.name}` }));
  second.testing.tubeSizes = [5];
  second.testing.quietDays = 7;
  second.lodging.windows = [{ from: '01:00', to: '01:30' }];
  second.supplies.items.push({ id: 'thermometer', name: '测温枪', unit: '支', perHeadPerDay: 0 });
  return { ...programme, editions: [first, { ...second, id: 'second', from: '2026-01-01', note: '第二版' }] };
}
