/** Single people: their numbers revealed with a purpose, erased when there is none left; and the emergency plan's contact list. */
import type { z } from 'zod';
import { localDate } from '../../domain/calendar/calendar';
import { callBody, contactsBody, contactsView, doneCount, revealBody, revealView } from '../../contracts/people/people';
import { outsideAct, rosterStream } from '../../domain/ledger/outside-acts';
import { PEOPLE_ACTS } from '../../domain/people/acts';
import { erasePerson, revealContacts, revealNumber, setContacts } from '../../domain/people/personal-data';
import { erase, findSealed, lockRoster, rosterCounts, type SealedPerson } from '../../db/people/people';
import { contactsOf, replaceContacts, sealedContactsOf } from '../../db/people/person-days';
import { appendActs } from '../../db/ledger/acts-outside';
import { endStaysOf } from '../../db/people/lodging';
import { transaction, type Client, type Queryable } from '../../db/sql/pool';
import type { Deps } from '../http/deps';
import { once } from '../http/idempotency';
import { masked } from '../../proof/personal';
import { Problem } from '../http/error-mapper';
import { afterHeader } from '../http/own-writes';
import { requireRoster, runsNow } from './roster-access';
import { townOf } from '../programme/town';
import { ownerOf } from './roster-rows';
import { route, type Ask, type Route } from '../http/route';

const TAG = 'People 人员';

export function peopleRoutes(deps: Deps): Route[] {
  const { pool, now } = deps;
  return [
    route({
      method: 'post',
      path: '/people/{person}/reveal',
      tag: TAG,
      summary: '查看完整号码 Reveal a number',
      description: 'The whole number, once; who looked, at what and what for is recorded.',
      access: PEOPLE_ACTS.reveal.by,
      body: revealBody,
      answers: { 200: { description: 'The number', schema: revealView } },
      problems: ['unknown-person'],
      async handle({ by, body, params }) {
        const person = await find(pool, params['person'] ?? '');
        const { sealed, documentLookup, ...caused } = revealNumber(person, body, by);
        const value = deps.personal.open(ownerOf(documentLookup), body.field, sealed);
        // Recorded before it is shown.
        await transaction(pool, (client) =>
          appendActs(deps.keys, client, rosterStream(person.enterprise), [outsideAct({ ...caused, by, at: now() })]),
        );
        return { status: 200, body: { person: person.id, field: body.field, value } };
      },
    }),
    route({
      method: 'post',
      path: '/people/{person}/erase',
      tag: TAG,
      summary: '清除个人信息 Erase personal data',
      description: 'Name and numbers are gone for good; counts and statistics remain (PIPL art. 47).',
      access: PEOPLE_ACTS.erase.by,
      idempotent: true,
      answers: { 200: { description: 'Erased', schema: doneCount, headers: ['Fugong-After', 'Idempotent-Replayed'] } },
      problems: ['unknown-person', 'still-in-the-loop', 'key-reused'],
      async handle(ask) {
        const id = ask.params['person'] ?? '';
        return once(deps, ask, `/people/${id}/erase`, (client, command) => erasure(deps, client, ask, { id, command }));
      },
    }),
    route({
      method: 'get',
      path: '/enterprises/{enterprise}/emergency-contacts',
      tag: TAG,
      summary: '应急联系人 Emergency contacts',
      access: 'account',
      answers: { 200: { description: 'In their order, phones masked', schema: contactsView } },
      problems: ['unknown-enterprise'],
      async handle(ask) {
        const enterprise = await requireRoster(deps, ask, 'read');
        return { status: 200, body: { contacts: await contactsOf(pool, enterprise) } };
      },
    }),
    route({
      method: 'post',
      path: '/enterprises/{enterprise}/emergency-contacts',
      tag: TAG,
      summary: '登记应急联系人 Set the emergency contacts',
      access: PEOPLE_ACTS.setContacts.by,
      body: contactsBody,
      idempotent: true,
      answers: { 200: { description: 'Set', schema: doneCount, headers: ['Fugong-After', 'Idempotent-Replayed'] } },
      problems: ['unknown-enterprise', 'key-reused'],
      handle: (ask) => set(deps, ask),
    }),
    route({
      method: 'post',
      path: '/enterprises/{enterprise}/emergency-contacts/reveal',
      tag: TAG,
      summary: '查看应急联系电话 Reveal the phones of the emergency contacts',
      description: 'The list with whole numbers; who looked and what for is recorded.',
      // To who may not (PEOPLE_ACTS.revealContacts) the enterprise is unknown, as when the list is read.
      access: 'account',
      body: callBody,
      answers: { 200: { description: 'In their order', schema: contactsView } },
      problems: ['unknown-enterprise'],
      handle: (ask) => reveal(deps, ask),
    }),
  ];
}

async function erasure(deps: Deps, client: Client, ask: Ask, { id, command }: { id: string; command: string }) {
  const { enterprise } = await find(client, id);
  await lockRoster(client, enterprise);
  // Meanwhile somebody else may have erased the person.
  const person = await find(client, id);
  const { leaves, type, details } = erasePerson({ person, runs: await runsNow(client, enterprise) });
  const today = localDate(deps.now(), townOf(deps));
  await erase(client, id, today);
  // Who had left gave the bed back then.
  if (leaves) await endStaysOf(client, [id], today);
  const counted = { ...details, ...(await rosterCounts(client, enterprise)) };
  const act = outsideAct({ type, by: ask.by, at: deps.now(), details: counted, command });
  const { sequence } = await appendActs(deps.keys, client, rosterStream(enterprise), [act]);
  return { status: 200, headers: afterHeader(rosterStream(enterprise), sequence), body: { people: 1 } };
}

/** Recorded before it is shown. */
async function reveal(deps: Deps, ask: Ask<z.output<typeof callBody>>) {
  const enterprise = await requireRoster(deps, ask, 'read');
  const { by, body } = ask;
  const sealed = await sealedContactsOf(deps.pool, enterprise);
  const act = outsideAct({ ...revealContacts(body.purpose), by, at: deps.now() });
  await transaction(deps.pool, (client) => appendActs(deps.keys, client, rosterStream(enterprise), [act]));
  const contacts = sealed.map(({ duty, name, phone }) => ({
    ...{ duty, name },
    phone: deps.personal.open(enterprise, 'phone', phone),
  }));
  return { status: 200, body: { contacts } };
}

async function find(db: Queryable, id: string): Promise<SealedPerson> {
  const person = await findSealed(db, id);
  if (!person) throw new Problem('unknown-person');
  return person;
}

async function set(deps: Deps, ask: Ask<{ contacts: { duty: string; name: string; phone: string }[] }>) {
  const enterprise = await requireRoster(deps, ask, 'file');
  const { contacts } = ask.body;
  return once(deps, ask, `/enterprises/${enterprise}/emergency-contacts`, async (client, command) => {
    const sealed = contacts.map(({ duty, name, phone }) => ({
      duty,
      name,
      phoneSealed: deps.personal.seal(enterprise, 'phone', phone),
      phoneMask: masked(phone),
    }));
    // One list after the other: of two at once each would take away what it sees, and put its own beside the other's.
    await lockRoster(client, enterprise);
    await replaceContacts(client, enterprise, sealed);
    const act = outsideAct({ ...setContacts(contacts), by: ask.by, at: deps.now(), command });
    const stream = rosterStream(enterprise);
    const { sequence } = await appendActs(deps.keys, client, stream, [act]);
    return { status: 200, headers: afterHeader(stream, sequence), body: { people: contacts.length } };
  });
}
