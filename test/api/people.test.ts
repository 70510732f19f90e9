/** Single people over HTTP: numbers revealed on the record, leaving, days away, erasing, and whom to call in an emergency. */
import { addDays, localDate } from '../../domain/calendar/calendar';
import { expectProblem } from './harness';
import { FACTORY, Rosters, some, someone } from './employees';

let rosters: Rosters;
beforeAll(async () => {
  rosters = await Rosters.start();
});
afterAll(() => rosters.api.stop());

describe('a number is revealed', () => {
  test('once asked for with a purpose, which is recorded; also after the person was imported anew', async () => {
    const row = someone();
    const [id] = await rosters.imported([row]);
    await rosters.imported([{ ...row, phone: '19987654321' }]);
    const reveal = (field: string, as = 'health') =>
      rosters.post(`/people/${id}/reveal`, { field, purpose: 'transfer' }, { as });
    expect((await reveal('phone')).body).toEqual({ person: id, field: 'phone', value: '19987654321' });
    expect(await rosters.last()).toMatchObject({
      type: 'personal-data-revealed',
      by: { account: 'a-demo-health' },
      details: { person: id, field: 'phone', purpose: 'transfer' },
    });
    expect((await reveal('document')).body.value).toBe(row.documentNumber);
    expectProblem(await reveal('name'), 422, 'invalid-body');
    expectProblem(await reveal('phone', 'liaison-1'), 403, 'forbidden');
    expectProblem(
      await rosters.post(`/people/p-${'0'.repeat(32)}/reveal`, { field: 'phone', purpose: 'contact' }),
      404,
      'unknown-person',
    );
    expect(
      (await rosters.api.database.pool.query(`SELECT FROM commands WHERE answer::text LIKE '%19987654321%'`)).rowCount,
    ).toBe(0);
  });
});

describe('people come and go', () => {
  test('who leaves is on the list of those who have left, and cannot leave again', async () => {
    const row = someone();
    const [id] = await rosters.imported([row]);
    const leaves = (on: string) =>
      rosters.post(`${FACTORY}/leave`, { people: [id], on, at: '2026-05-09T18:00:00+08:00' });
    expectProblem(await leaves('2026-04-30'), 422, 'wrong-date');
    const before = (await rosters.last())?.details['onSite'] as number;
    expect((await leaves('2026-05-09')).body).toEqual({ people: 1 });
    expect(await rosters.last()).toMatchObject({ type: 'people-left', details: { people: 1, onSite: before - 1 } });
    expectProblem(await leaves('2026-05-10'), 404, 'unknown-person');
    const q = `&q=${encodeURIComponent(row.name)}`;
    expect((await rosters.list(q)).body.items).toEqual([]);
    expect((await rosters.list(`${q}&left=true`)).body.items[0]).toMatchObject({ id, leftOn: '2026-05-09' });
  });

  test('all of them leave or none', async () => {
    const [one] = await rosters.imported(some(1));
    const nobody = `p-${'0'.repeat(32)}`;
    expectProblem(
      await rosters.post(`${FACTORY}/leave`, { people: [one, nobody], on: '2026-05-09' }),
      404,
      'unknown-person',
    );
    expect((await rosters.post(`${FACTORY}/leave`, { people: [one, one], on: '2026-05-09' })).body).toEqual({
      people: 1,
    });
  });

  test('days away have a beginning before their end, and a reason', async () => {
    const [person] = await rosters.imported(some(1));
    const days = { person, from: '2026-05-02', to: '2026-05-04' };
    expect((await rosters.post(`${FACTORY}/absence`, { ...days, reason: 'leave' })).status).toBe(200);
    expect(await rosters.last()).toMatchObject({ type: 'person-absent', details: { person } });
    expectProblem(
      await rosters.post(`${FACTORY}/absence`, { ...days, to: '2026-05-01', reason: 'sick' }),
      422,
      'wrong-date',
    );
  });

  test('nobody but epidemic control exempts from tests, from tomorrow on and for two weeks at most', async () => {
    const [person] = await rosters.imported(some(1));
    const day = (ahead: number) => addDays(localDate(Date.now(), { utcOffsetMinutes: 8 * 60 }), ahead);
    const days = { person, from: day(1), to: day(14), reason: 'medical' };
    const exempt = (over: object = {}, as = 'reviewer-epidemic-control', key?: string) =>
      rosters.post(`${FACTORY}/exempt`, { ...days, ...over }, { as, ...(key !== undefined && { key }) });
    const entries = (await rosters.entries()).length;
    const others = [
      'enterprise-factory',
      'enterprise-supermarket',
      'official',
      'health',
      'liaison-1',
      'reviewer-market',
    ];
    for (const as of others) {
      const refused = await exempt({}, as);
      expectProblem(refused, 403, 'not-epidemic-control');
      expect(refused.body.detail).toBe('免检只能由镇防控办批准，企业和其他部门不能登记，请联系镇防控办。');
    }
    const wrong = [
      { from: day(0) },
      { to: day(15) },
      { from: day(3), to: day(2) },
      { from: '2022-05-01', to: '2022-05-02' },
    ];
    for (const over of wrong) {
      const refused = await exempt(over);
      expectProblem(refused, 422, 'wrong-exemption');
      const [year, month, date] = day(1).split('-').map(Number);
      expect(refused.body.detail).toContain(`免检最早从明天（${year}年${month}月${date}日）起，每次最多 14 天`);
    }
    expectProblem(await exempt({ reason: 'no mood' }), 422, 'invalid-body');
    expectProblem(await exempt({ person: `p-${'0'.repeat(32)}` }), 404, 'unknown-person');
    expect(await rosters.entries()).toHaveLength(entries);
    const { rows } = await rosters.api.database.pool.query('SELECT FROM person_exemptions WHERE person = $1', [person]);
    expect(rows).toEqual([]);
    for (const replayed of [null, 'true']) {
      const done = await exempt({}, 'reviewer-epidemic-control', 'exempt-1');
      expect([done.status, done.headers.get('idempotent-replayed')]).toEqual([200, replayed]);
    }
    expect(await rosters.last()).toMatchObject({
      type: 'person-exempted',
      by: { account: expect.stringContaining('epidemic-control') },
      details: { person, from: day(1), to: day(14), reason: 'medical' },
    });
  });

  test('tomorrow is the case’s where its clock is ahead', async () => {
    const [person] = await rosters.imported(some(1));
    await rosters.api.database.pool.query(
      `INSERT INTO reopenings (case_number, enterprise, enterprise_name, kind, village, phase, version, state, clock, waiting_on,
                               overdue, accounts, closed, opened_at)
       VALUES ('2026-9001', 'e-demo-factory', '厂', 'factory', 'beixing', 'operating', 1, '{}', '2099-05-10T20:00:00Z', '{}', 0, '{}',
               false, now())`,
    );
    const exempt = (from: string) =>
      rosters.post(
        `${FACTORY}/exempt`,
        { person, from, to: from, reason: 'other' },
        { as: 'reviewer-epidemic-control' },
      );
    expectProblem(await exempt('2099-05-11'), 422, 'wrong-exemption');
    expect((await exempt('2099-05-12')).status).toBe(200);
    await rosters.api.database.pool.query('DELETE FROM reopenings');
  });

  test('a change names what it changed, not what it says of health', async () => {
    const row = someone();
    const [person] = await rosters.imported([row]);
    expect((await rosters.post(`${FACTORY}/change`, { person, loop: 'lodging', chronic: true })).status).toBe(200);
    expect(await rosters.last()).toMatchObject({
      type: 'person-changed',
      details: { person, changed: ['chronic', 'loop'] },
    });
    const { body } = await rosters.list(`&q=${encodeURIComponent(row.name)}`);
    expect(body.items[0]).toMatchObject({ loop: 'lodging', chronic: true, phone: expect.stringContaining('****') });
  });
});

describe('erasing', () => {
  test('nothing personal is left, the row stays, a repeat is answered, and the person may come anew', async () => {
    const row = someone({ chronic: true, team: '一班' });
    const [id] = await rosters.imported([row]);
    const erases = (key?: string, as = 'official') =>
      rosters.post(`/people/${id}/erase`, {}, { as, ...(key && { key }) });
    expectProblem(await erases(undefined, 'enterprise-factory'), 403, 'forbidden');
    expect((await erases('erase')).status).toBe(200);
    expect(await rosters.last()).toMatchObject({ type: 'person-erased', details: { person: id } });
    expect((await erases('erase')).headers.get('idempotent-replayed')).toBe('true');
    expectProblem(await erases(), 404, 'unknown-person');
    const { rows } = await rosters.api.database.pool.query('SELECT * FROM people WHERE id = $1', [id]);
    const kept = JSON.stringify(rows[0]);
    for (const secret of [row.name, row.documentNumber.slice(-4), row.phone.slice(-4)])
      expect(kept).not.toContain(secret);
    expect(rows[0]).toMatchObject({ document_sealed: null, document_lookup: null, phone_sealed: null, chronic: false });
    expect((await rosters.list(`&q=${encodeURIComponent(row.name)}`)).body.items).toEqual([]);
    expectProblem(
      await rosters.post(`/people/${id}/reveal`, { field: 'phone', purpose: 'contact' }),
      404,
      'unknown-person',
    );
    expect((await rosters.imports({ rows: [row] })).body).toMatchObject({ added: 1 });
  });

  test('not as long as the person works in a running enterprise', async () => {
    const [id] = await rosters.imported(some(1));
    await rosters.api.database.pool.query(
      `INSERT INTO reopenings (case_number, enterprise, enterprise_name, village, kind, phase, waiting_on, overdue, accounts,
                               closed, version, clock, state, opened_at)
       VALUES ('2026-9001', 'e-demo-factory', 'x', 'beixing', 'factory', 'operating', '{}', 0, '{}', false, 1, now(), '{}', now())`,
    );
    expectProblem(await rosters.post(`/people/${id}/erase`, {}, { as: 'official' }), 409, 'still-in-the-loop');
    // Who joins now is new: apart for the days of the programme.
    const late = someone({ joinedOn: '2026-06-01' });
    await rosters.imported([late]);
    const { body } = await rosters.list(`&q=${encodeURIComponent(late.name)}`);
    expect(body.items[0].quietUntil).toBe('2026-06-04');
    await rosters.api.database.pool.query('DELETE FROM reopenings');
  });
});

describe('emergency contacts', () => {
  const path = '/enterprises/e-demo-factory/emergency-contacts';
  const contacts = [
    { duty: '总指挥', name: '演示甲', phone: '19900011111' },
    { duty: '转运', name: '演示乙', phone: '02155550000' },
  ];

  test('are set as a whole, shown masked, and revealed on the record', async () => {
    expect((await rosters.post(path, { contacts: [...contacts, contacts[0]] })).body).toEqual({ people: 3 });
    expect((await rosters.post(path, { contacts })).body).toEqual({ people: 2 });
    const shown = await rosters.api.send(path, { as: 'liaison-1' });
    expect(shown.body.contacts.map((one: { phone: string }) => one.phone)).toEqual(['199****1111', '021****0000']);
    const revealed = await rosters.post(`${path}/reveal`, { purpose: 'emergency' }, { as: 'health' });
    expect(revealed.body).toEqual({ contacts });
    expect(await rosters.last()).toMatchObject({ type: 'personal-data-revealed', details: { purpose: 'emergency' } });
    expectProblem(
      await rosters.post(`${path}/reveal`, { purpose: 'emergency' }, { as: 'liaison-2' }),
      404,
      'unknown-enterprise',
    );
    expectProblem(await rosters.post(path, { contacts: [] }), 422, 'invalid-body');
  });
});
