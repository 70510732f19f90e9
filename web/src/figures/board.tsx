/** The board: every case that one may see, where they queue, how long departments take; filters stand in the address. */
import { App, Button, Card, Input, Select, Switch, Table, Tag } from 'antd';
import { Link, useSearchParams } from 'react-router';
import type { z } from 'zod';
import type { boardView } from '../../../contracts/figures/board';
import type { caseLine } from '../../../contracts/case/lists';
import { TOWN_READERS } from '../../../domain/case/visibility';
import { PHASES } from '../../../domain/case/state';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { Heading, More, Reading, Wide } from '../design/parts';
import { usePages, useRead } from '../http/reads';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';

type Line = z.output<typeof caseLine>;

const FILTERS = ['q', 'phase', 'village', 'waitingOn', 'overdue', 'closed'] as const;
type Filter = (typeof FILTERS)[number];

export default function Board() {
  const t = useTexts();
  const { me } = useSession();
  const { message } = App.useApp();
  const [query, setQuery] = useSearchParams();
  const value = (name: Filter) => query.get(name) ?? undefined;
  const set = (changes: Partial<Record<Filter, string | undefined>>) =>
    setQuery((now) => {
      const next = new URLSearchParams(now);
      for (const [name, one] of Object.entries(changes)) {
        if (one) next.set(name, one);
        else next.delete(name);
      }
      return next;
    });
  const filter = {
    ...Object.fromEntries(FILTERS.map((name) => [name, value(name)])),
    closed: value('closed') ?? 'false',
  };
  const share = async () => {
    await navigator.clipboard.writeText(window.location.href);
    void message.success(t.board.shared);
  };
  return (
    <>
      <Heading title={t.board.title}>
        <Button onClick={() => void share()}>{t.board.share}</Button>
        {[...query.keys()].length > 0 && <Button onClick={() => setQuery({})}>{t.board.clear}</Button>}
      </Heading>
      <Filters value={value} set={set} />
      {TOWN_READERS.includes(me.role) && <Queues choose={set} />}
      <Cases filter={filter} />
      {TOWN_READERS.includes(me.role) && <Turnaround />}
    </>
  );
}

interface Choosing {
  readonly value: (name: Filter) => string | undefined;
  readonly set: (changes: Partial<Record<Filter, string | undefined>>) => void;
}

function Filters({ value, set }: Choosing) {
  const t = useTexts();
  const names = useNames();
  const { programme } = useSession();
  const owners = [
    ...['official', 'enterprise', 'liaison', 'storekeeper', 'health', 'volunteer'],
    ...programme.departments.map(({ id }) => `department/${id}`),
  ];
  const select = (name: Filter, label: string, options: { value: string; label: string }[]) => (
    <Select
      aria-label={label}
      placeholder={label}
      allowClear
      value={value(name) ?? null}
      onChange={(one: string | null) => set({ [name]: one ?? undefined })}
      options={options}
      style={{ minWidth: 140 }}
    />
  );
  return (
    <div className="heading" role="search">
      <Input.Search
        aria-label={t.board.search}
        placeholder={t.board.search}
        allowClear
        defaultValue={value('q') ?? ''}
        onSearch={(q) => set({ q: q.trim() })}
        style={{ maxWidth: 300 }}
      />
      {select(
        'phase',
        t.board.phase,
        PHASES.map((one) => ({ value: one, label: names.phase(one) })),
      )}
      {select(
        'village',
        t.board.village,
        programme.villages.map(({ id, name }) => ({ value: id, label: name })),
      )}
      {select(
        'waitingOn',
        t.board.waitingOn,
        owners.map((one) => ({ value: one, label: names.owner(one) })),
      )}
      {select('closed', t.board.state, [{ value: 'true', label: t.board.closed }])}
      <label>
        <Switch checked={value('overdue') === 'true'} onChange={(on) => set({ overdue: on ? 'true' : undefined })} />{' '}
        {t.board.overdueOnly}
      </label>
    </div>
  );
}

function Cases({ filter }: { readonly filter: Record<string, string | undefined> }) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const found = usePages<Line>('/reopenings', { ...filter, limit: 50 });
  return (
    <Reading of={found}>
      <Wide label={t.board.title}>
        <Table<Line>
          rowKey="caseNumber"
          dataSource={found.items}
          pagination={false}
          size="middle"
          locale={{ emptyText: t.board.none }}
          columns={[
            {
              title: t.board.enterprise,
              render: (_, { caseNumber, enterprise }) => (
                <>
                  <Link to={`/cases/${caseNumber}`}>{enterprise.name}</Link>
                  <div className="muted">
                    {caseNumber} · {names.village(enterprise.village)}
                  </div>
                </>
              ),
            },
            { title: t.board.phase, render: (_, { phase }) => <Tag>{names.phase(phase)}</Tag> },
            {
              title: t.board.waitingOn,
              render: (_, { waitingOn, waitingOnNames }) =>
                t.common.list(waitingOn.map((owner, index) => names.ownerSaid(owner, waitingOnNames[index]))) || '—',
            },
            { title: t.board.nextDue, render: (_, { nextDue }) => at(nextDue) },
            {
              title: t.board.overdue,
              render: (_, { overdue }) => (overdue > 0 ? <span className="late">{overdue}</span> : '—'),
            },
            { title: t.board.openedAt, render: (_, { openedAt }) => at(openedAt) },
          ]}
        />
      </Wide>
      <More of={found} />
    </Reading>
  );
}

type BoardView = z.output<typeof boardView>;

function Queues({ choose }: { readonly choose: Choosing['set'] }) {
  const t = useTexts();
  const names = useNames();
  const found = useRead<BoardView>('/board');
  const { matrix = [] } = found.data ?? {};
  const owners = [...new Set(matrix.map(({ owner }) => owner))].sort();
  const phases = PHASES.filter((phase) => matrix.some((one) => one.phase === phase));
  return (
    <Reading of={found} empty={matrix.length === 0 && <></>}>
      <Card title={t.board.map} style={{ marginBottom: 16 }}>
        <p className="muted">{t.board.mapHint}</p>
        <Wide label={t.board.map}>
          <table className="matrix">
            <thead>
              <tr>
                <th scope="col">{t.board.waitingOn}</th>
                {phases.map((phase) => (
                  <th key={phase} scope="col">
                    {names.phase(phase)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {owners.map((owner) => (
                <tr key={owner}>
                  <th scope="row">{names.owner(owner)}</th>
                  {phases.map((phase) => {
                    const cell = matrix.find((one) => one.owner === owner && one.phase === phase);
                    return (
                      <td key={phase}>
                        {cell ? (
                          <Button
                            type="text"
                            size="small"
                            aria-label={`${names.phase(phase)} ${names.owner(owner)} ${t.common.cases(cell.cases)} ${t.work.overdueCount(cell.overdue)}`}
                            onClick={() => choose({ phase, waitingOn: owner })}
                          >
                            {cell.cases} {cell.overdue > 0 && <span className="late">({cell.overdue})</span>}
                          </Button>
                        ) : null}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      </Card>
    </Reading>
  );
}

function Turnaround() {
  const t = useTexts();
  const names = useNames();
  const found = useRead<BoardView>('/board');
  const { turnaround = [] } = found.data ?? {};
  return (
    <Reading of={found}>
      <Card title={t.board.turnaround} style={{ marginTop: 16 }}>
        <div className="cards">
          {turnaround.map(({ department, acts, medianHours }) => (
            <div key={department}>
              <strong>{names.department(department)}</strong>{' '}
              {medianHours === null
                ? t.board.never
                : `${t.common.hours(Math.round(medianHours * 10) / 10)} · ${t.board.acts(acts)}`}
            </div>
          ))}
        </div>
      </Card>
    </Reading>
  );
}
