/** The town in figures: what they count, how they run, and each chart as a picture and a workbook. */
import { useEffect, useRef } from 'react';
import { Button, Card, Space, Statistic, Tooltip } from 'antd';
import type { EChartsType } from 'echarts/core';
import { draw, type Series } from './charts';
import { useNames } from '../programme/names';
import { Heading, Reading, Wide } from '../design/parts';
import { useRead } from '../http/reads';
import { useSession } from '../accounts/session';
import { useSpeech } from '../words';
import { saveAs, saveWorkbook } from '../documents/workbook';
import type { z } from 'zod';
import { FIGURES, type Figures } from '../../../contracts/figures/figures';
import type { statisticsView } from '../../../contracts/figures/statistics';
import { PHASES } from '../../../domain/case/state';

type StatisticsView = z.output<typeof statisticsView>;

export default function Statistics() {
  const { t, language } = useSpeech();
  const { me } = useSession();
  const found = useRead<StatisticsView>('/statistics');
  const { data } = found;
  return (
    <>
      <Heading title={t.statistics.title}>
        {(me.role === 'official' || me.role === 'operator') && <a href="/ledger/export">{t.statistics.export}</a>}
      </Heading>
      <Reading of={found}>
        {data && (
          <>
            <Card title={t.statistics.figures} style={{ marginBottom: 16 }}>
              <div className="cards">
                {(Object.keys(FIGURES) as (keyof Figures)[]).map((figure) => (
                  <Tooltip key={figure} title={t.common.colon(t.statistics.definition, FIGURES[figure][language])}>
                    <Statistic title={FIGURES[figure][language]} value={data.figures[figure] ?? '—'} />
                  </Tooltip>
                ))}
              </div>
            </Card>
            <Charts data={data} />
          </>
        )}
      </Reading>
    </>
  );
}

function Charts({ data }: { readonly data: StatisticsView }) {
  const { t } = useSpeech();
  const names = useNames();
  const { coverage, stock, turnaround, trend, cover, cases } = data;
  const days = [...coverage].reverse();
  const phases = PHASES.filter((phase) => cases[phase] !== undefined);
  const percent = (tested: number, owed: number) => (owed === 0 ? null : Math.round((1000 * tested) / owed) / 10);
  const least = [...cover]
    .filter(({ daysOfCover }) => daysOfCover !== null)
    .sort((a, b) => (a.daysOfCover ?? 0) - (b.daysOfCover ?? 0));
  return (
    <div className="charts">
      <Chart
        title={t.statistics.cases}
        names={phases.map(names.phase)}
        series={[{ name: t.statistics.value, kind: 'bar', values: phases.map((phase) => cases[phase] ?? 0) }]}
      />
      <Chart
        title={t.statistics.trend}
        names={trend.map(({ date }) => date)}
        series={(['opened', 'signed', 'operating', 'completed'] as const).map((key) => ({
          name: t.statistics[key],
          kind: 'line',
          values: trend.map((day) => day[key]),
        }))}
      />
      <Chart
        title={t.statistics.coverage}
        names={days.map(({ date }) => date)}
        series={[
          {
            name: `${t.statistics.coverageValue} %`,
            kind: 'line',
            values: days.map(({ tested, owed }) => percent(tested, owed)),
          },
        ]}
        more={[
          { name: t.statistics.owed, kind: 'line', values: days.map(({ owed }) => owed) },
          { name: t.statistics.tested, kind: 'line', values: days.map(({ tested }) => tested) },
        ]}
      />
      <Chart
        title={t.statistics.turnaround}
        names={turnaround.map(({ department }) => names.department(department))}
        series={[
          { name: t.statistics.turnaround, kind: 'bar', values: turnaround.map(({ medianHours }) => medianHours) },
        ]}
      />
      <Chart
        title={t.statistics.stock}
        names={stock.map(({ item }) => names.item(item))}
        series={[
          { name: t.statistics.onHand, kind: 'bar', values: stock.map(({ onHand }) => onHand) },
          { name: t.statistics.promised, kind: 'bar', values: stock.map(({ promised }) => promised) },
        ]}
      />
      <Chart
        title={t.statistics.cover}
        names={least.map(({ enterprise, item }) => `${enterprise} ${names.item(item)}`)}
        series={[{ name: t.statistics.daysOfCover, kind: 'bar', values: least.map(({ daysOfCover }) => daysOfCover) }]}
        text={[{ name: t.statistics.runsOut, values: least.map(({ runsOutOn }) => runsOutOn) }]}
      />
    </div>
  );
}

interface ChartOf {
  readonly title: string;
  readonly names: readonly string[];
  readonly series: readonly Series[];
  /** In the table only. */
  readonly more?: readonly Series[];
  readonly text?: readonly { readonly name: string; readonly values: readonly (string | null)[] }[];
}

function Chart({ title, names, series, more = [], text = [] }: ChartOf) {
  const { t } = useSpeech();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  const shown = JSON.stringify([names, series]);
  useEffect(() => {
    if (!place.current) return;
    const drawn = draw(place.current, names, series);
    chart.current = drawn;
    const fit = new ResizeObserver(() => drawn.resize());
    fit.observe(place.current);
    return () => {
      fit.disconnect();
      drawn.dispose();
    };
  }, [shown]);
  const columns = [t.statistics.name, ...[...series, ...more, ...text].map(({ name }) => name)];
  const rows = names.map((name, index) => [
    name,
    ...[...series, ...more, ...text].map(({ values }) => values[index] ?? null),
  ]);
  const picture = () => saveAs(chart.current?.getDataURL({ type: 'png', pixelRatio: 2 }) ?? '', `${title}.png`);
  return (
    <Card
      title={title}
      extra={
        <Space>
          <Button size="small" aria-label={`${title} ${t.common.picture}`} onClick={picture}>
            {t.common.picture}
          </Button>
          <Button
            size="small"
            aria-label={`${title} ${t.common.workbook}`}
            onClick={() => void saveWorkbook({ name: title, columns, rows })}
          >
            {t.common.workbook}
          </Button>
        </Space>
      }
    >
      {names.length === 0 ? (
        <p className="muted">{t.statistics.noData}</p>
      ) : (
        <>
          <div ref={place} role="img" aria-label={t.statistics.chart(title)} style={{ height: 240 }} />
          <details>
            <summary>{t.statistics.table}</summary>
            <Wide label={title}>
              <table className="matrix">
                <thead>
                  <tr>
                    {columns.map((column) => (
                      <th key={column} scope="col">
                        {column}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {rows.map(([name, ...values], index) => (
                    <tr key={index}>
                      <th scope="row">{name}</th>
                      {values.map((value, column) => (
                        <td key={column}>{value ?? '—'}</td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </Wide>
          </details>
        </>
      )}
    </Card>
  );
}
