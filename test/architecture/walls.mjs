/** The walls of the house: which floor may import which, and on each floor which room may. Lint and the architecture tests read them. */
import path from 'node:path';

/** What a room of any floor is for. A further room is a line here and a decision (docs/adr/0013-rooms.md). */
export const ROOM_NAMES = [
  ...['case', 'testing', 'supplies', 'people', 'telling', 'accounts', 'enterprises', 'programme'],
  ...['operations', 'documents', 'figures', 'ledger', 'calendar'],
  // How requests travel; how pages look; names and texts; connections to PostgreSQL and the schema.
  ...['http', 'design', 'words', 'sql'],
];

/** Each floor: the floors it stands on, or the modules of one; the packages that it may use; its rooms with those they may import. */
export const FLOORS = {
  domain: {
    message: 'domain/ is pure: it imports nothing outside itself.',
    on: [],
    packages: [],
    rooms: {
      programme: [],
      documents: ['ledger'],
      ledger: ['programme'],
      calendar: ['programme'],
      // One state and one way to change it: these four are one aggregate.
      case: ['calendar', 'ledger', 'people', 'programme', 'supplies', 'testing'],
      testing: ['calendar', 'case', 'ledger', 'programme'],
      supplies: ['calendar', 'case', 'ledger', 'programme'],
      people: ['calendar', 'case', 'ledger', 'programme'],
      accounts: ['ledger'],
      enterprises: ['calendar', 'ledger', 'programme'],
      telling: ['calendar', 'case', 'ledger', 'programme'],
    },
  },
  proof: {
    message: 'proof/ signs, verifies and seals: the rules and what computes signatures.',
    on: ['domain'],
    packages: ['@noble/curves/.*', '@noble/hashes/.*', 'node:.*'],
  },
  contracts: {
    message: 'contracts/ are shapes that cross a boundary: zod, the rules and the proof.',
    on: ['domain', 'proof'],
    packages: ['zod'],
    rooms: {
      words: [],
      http: [],
      accounts: ['http'],
      enterprises: ['http'],
      documents: ['http'],
      case: ['accounts', 'documents', 'enterprises', 'http'],
      testing: ['http'],
      supplies: ['http'],
      people: ['documents', 'http'],
      telling: ['case', 'http', 'words'],
      ledger: ['case', 'http'],
      figures: ['case', 'http'],
      operations: ['case', 'http'],
    },
  },
  programme: {
    message: 'programme/ reads and checks a programme file: its library, the contracts and the rules.',
    on: ['config/env', 'contracts', 'domain', 'proof'],
    packages: ['@noble/hashes/.*', 'node:.*', 'yaml', 'zod'],
  },
  workflows: {
    message: 'workflows/ is bundled: domain, proof, contracts without zod, and types of the activities only.',
    on: [
      ...[
        'activities',
        'domain',
        'proof/(?:chain|envelope)',
        'contracts/words/glossary',
        'contracts/supplies/supply-order',
      ],
      'contracts/case/(?:attention|facts|failures|ids|search-attributes|start|views)',
    ],
    packages: ['@temporalio/(?:workflow|common)'],
  },
  activities: {
    message: 'activities/ act through their ports: no driver, no workflow code.',
    on: ['channels', 'contracts', 'domain', 'programme'],
    packages: ['@temporalio/(?:activity|common)'],
  },
  db: {
    message: 'db/ imports its driver, the contracts, the rules and the types of the ports.',
    on: ['activities/ports', 'contracts', 'domain', 'programme/(?:channels|rules)', 'proof'],
    packages: ['pg', 'pg/.*', 'node-pg-migrate', 'node:.*'],
    rooms: {
      sql: [],
      ledger: ['sql'],
      documents: ['sql'],
      programme: ['sql'],
      figures: ['sql'],
      people: ['sql'],
      accounts: ['people', 'sql'],
      enterprises: ['people', 'sql'],
      testing: ['people', 'sql'],
      supplies: ['people', 'sql'],
      telling: ['documents', 'ledger', 'people', 'sql'],
      case: ['enterprises', 'ledger', 'people', 'programme', 'sql', 'supplies', 'telling', 'testing'],
      operations: ['accounts', 'case', 'sql'],
    },
  },
  workbooks: {
    message: 'workbooks/ writes tables: its library and the shapes of sheets.',
    on: ['contracts/documents/sheets'],
    packages: ['exceljs'],
  },
  channels: {
    message: 'channels/ imports its drivers, the contracts and the rules; never db, activities or api.',
    on: ['contracts', 'domain', 'programme/schema', 'workbooks'],
    packages: ['markdown-it', 'nodemailer', 'node:.*'],
  },
  web: {
    message: 'web/ talks HTTP only: contracts, what the rules say of acts, readers and dates, and what draws pages.',
    on: [
      ...['contracts', 'programme/rules', 'domain/calendar/calendar', 'domain/ledger/entry'],
      ...[
        'domain/programme/(?:edition|for-whom)',
        'domain/case/(?:acts|audience|commands|duty|offers|state|visibility)',
      ],
      'domain/(?:supplies|people|telling|testing|accounts|enterprises)/acts',
      'domain/ledger/outside-acts',
    ],
    packages: [
      ...['@ant-design/icons', '@tanstack/react-query', 'antd', 'antd/locale/.*', 'dayjs', 'echarts/.*', 'exceljs'],
      ...['markdown-it', 'qrcode', 'react', 'react-dom/client', 'react-router', 'vite', 'zod', 'node:path'],
    ],
    rooms: {
      words: [],
      http: ['words'],
      accounts: ['http', 'words'],
      programme: ['accounts', 'http', 'words'],
      design: ['accounts', 'http', 'programme', 'words'],
      documents: [],
      people: ['accounts', 'design', 'http', 'programme', 'words'],
      case: ['accounts', 'design', 'http', 'people', 'programme', 'words'],
      testing: ['accounts', 'design', 'http', 'programme', 'words'],
      supplies: ['accounts', 'design', 'http', 'programme', 'words'],
      telling: ['accounts', 'design', 'http', 'programme', 'words'],
      enterprises: ['accounts', 'design', 'http', 'programme', 'words'],
      operations: ['accounts', 'design', 'http', 'programme', 'words'],
      figures: ['accounts', 'case', 'design', 'documents', 'http', 'programme', 'words'],
      ledger: ['http', 'words'],
    },
  },
  api: {
    message:
      'api/ imports contracts, rules, messages, the words of bulletins and their guard, the client and db; never activities.',
    on: [
      ...['channels/(?:bulletin|guard|html)', 'config', 'contracts', 'db', 'domain', 'programme', 'proof', 'workbooks'],
      'workflows/(?:continuing|reopening/(?:messages|search-attributes))',
      'workflows/(?:notice-channel|supply-order)/messages',
    ],
    packages: [
      ...['@node-rs/argon2', '@temporalio/(?:client|common|envconfig|proto)', 'exceljs', 'express', 'node:.*', 'pg'],
      ...['pino', 'rate-limiter-flexible', 'swagger-ui-dist.*', 'zod'],
    ],
    rooms: {
      http: [],
      programme: ['http'],
      accounts: ['http'],
      enterprises: ['http'],
      telling: ['http'],
      case: ['accounts', 'http', 'programme'],
      documents: ['case', 'http', 'telling'],
      people: ['case', 'documents', 'http', 'programme'],
      testing: ['case', 'documents', 'http', 'people', 'programme'],
      supplies: ['documents', 'http', 'programme'],
      ledger: ['case', 'http', 'programme'],
      figures: ['documents', 'http', 'ledger', 'programme'],
      operations: ['figures', 'http', 'ledger', 'people'],
    },
  },
  config: {
    message: 'config/ reads the environment.',
    on: [],
    packages: ['node:.*', 'pino', 'zod'],
  },
  local: {
    message: 'local/ is the embedded system and the fakes: the parts that a town replaces.',
    on: [
      ...['channels/html', 'config', 'contracts/case/search-attributes', 'programme/read'],
      'db/(?:ledger/own-keys|operations/takeovers|sql/(?:grants|migrate|roles))',
      'proof/root-key',
    ],
    packages: ['@temporalio/(?:client|envconfig)', 'mailparser', 'node:.*', 'pg', 'smtp-server', 'zod'],
  },
};

/** Modules that only the files named may import, whatever the wall of their floor lets through. */
export const DOORS = {
  'programme/rules-in-force': {
    // A start, its preview, the reading of a programme for tests, the bench's starts.
    only: ['api/case/start.ts', 'api/programme/programme.ts', 'programme/read.ts', 'scripts/bench/programme.ts'],
    message:
      'A case has its own rules (api/programme/case-rules.ts, web/src/programme/rules.tsx): the rules in force are for who starts one.',
  },
};

/** Files of a floor that stand in no room: where its program begins, and what puts the rooms together. */
export const ENTRIES = ['api/app.ts', 'api/main.ts', 'web/src/console.tsx', 'web/src/main.tsx'];

const matches = (patterns, text) => patterns.some((pattern) => new RegExp(`^(?:${pattern})(?:/|$)`).test(text));

/** `api/case/send.ts` → floor `api`, room `case`; the room of a file in none is undefined. */
export function placeOf(file) {
  const [floor, ...rest] = file.startsWith('web/src/') ? ['web', ...file.split('/').slice(2)] : file.split('/');
  return { floor, room: rest.length > 1 ? rest[0] : undefined };
}

/** Why the file may not import this; undefined: it may. Both as paths from the project's root, the import as it is written. */
export function breachOf(file, imported) {
  const from = placeOf(file);
  const floor = FLOORS[from.floor];
  const local = imported.startsWith('.');
  const module = local ? path.posix.normalize(path.posix.join(path.posix.dirname(file), imported)) : imported;
  const door = DOORS[module];
  if (door && from.floor !== 'test' && !door.only.includes(file)) return door.message;
  if (!floor) return undefined;
  if (!local)
    return matches(
      floor.packages.map((name) => `${name}$`),
      module,
    )
      ? undefined
      : floor.message;
  const to = placeOf(`${module}.ts`);
  if (to.floor !== from.floor) return matches(floor.on, module) ? undefined : floor.message;
  return crossing(from, { ...to, room: to.room ?? roomOf(floor, module) }, floor, file);
}

/** Of a room that is imported by its name alone, as `../words`. */
const roomOf = (floor, module) => Object.keys(floor.rooms ?? {}).find((room) => module.endsWith(`/${room}`));

function crossing(from, to, floor, file) {
  if (!floor.rooms || from.room === to.room || ENTRIES.includes(file)) return undefined;
  if (floor.rooms[from.room]?.includes(to.room)) return undefined;
  return `${from.floor}/${from.room} may import of its floor: ${(floor.rooms[from.room] ?? []).join(', ') || 'nothing'}.`;
}
