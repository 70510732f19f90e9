/** The walls of the house: what each folder may import, as one pattern of what it must not. Lint and the architecture tests read it. */

/**
 * Relative imports of other top-level folders than those named; packages other than those named. `own`: what its subfolders
 * may import from the folder itself.
 */
function only(folders, packages, own = []) {
  const inside = folders.map((folder) => `(?:\\.\\./)+${folder}(?:/|$)`);
  const allowed = ['\\./', ...own.map((name) => `\\.\\./${name}$`), ...inside, ...packages.map((name) => `${name}$`)];
  return `^(?!${allowed.join('|')})`;
}

export const WALLS = {
  domain: { forbidden: only([], []), message: 'domain/ is pure: it imports nothing outside itself.' },
  contracts: {
    forbidden: only(['domain'], ['zod', '@noble/(?:hashes|curves)/.*']),
    message: 'contracts/ imports zod, the pure-JS hash and signature library, and the domain.',
  },
  workflows: {
    forbidden: only(
      [
        'domain',
        'contracts/(?:envelope|facts|failures|glossary|ids|ledger|outbox|search-attributes|start|supply-order|views)',
        'activities',
      ],
      ['@temporalio/(?:workflow|common)'],
    ),
    message: 'workflows/ is bundled: domain, contracts without zod, and types of the activities only.',
  },
  activities: {
    forbidden: only(['domain', 'contracts', 'channels/channel'], ['@temporalio/(?:activity|common)']),
    message: 'activities/ act through their ports: no driver, no workflow code.',
  },
  db: {
    forbidden: only(['domain', 'contracts', 'activities'], ['pg', 'pg/.*', 'node-pg-migrate', 'node:.*']),
    message: 'db/ imports its driver, the contracts and the types of the ports.',
  },
  workbooks: {
    forbidden: only(['contracts/documents/sheets'], ['exceljs']),
    message: 'workbooks/ writes tables: its library and the shapes of sheets.',
  },
  channels: {
    forbidden: only(['domain', 'contracts', 'workbooks'], ['markdown-it', 'nodemailer', 'node:.*']),
    message: 'channels/ imports its drivers, the contracts and the rules; never db, activities or api.',
  },
  web: {
    forbidden: only(
      ['contracts', 'domain/(?:audience|authorisation|calendar|commands|duty|edition|for-whom|ledger|state)'],
      [
        'react',
        'react-dom/client',
        'react-router',
        'antd',
        'antd/locale/.*',
        '@ant-design/icons',
        '@tanstack/react-query',
        'dayjs',
        'echarts/.*',
        'exceljs',
        'markdown-it',
        'qrcode',
        'vite',
        'zod',
        'node:path',
      ],
      ['[a-z/-]+'],
    ),
    message:
      'web/ talks HTTP only: contracts, the rules of authorisation, plain words and dates of the domain, and what draws pages.',
  },
  api: {
    forbidden: only(
      [
        'domain/(?:audience|authorisation|codes|ledger|lodging|commands|rejection|reopening|state|edition|calendar)',
        'contracts',
        'workflows/reopening/messages',
        'channels/(?:bulletin|guard)',
        'db',
        'config',
        'workbooks',
      ],
      [
        'express',
        'zod',
        'pino',
        'pg',
        'rate-limiter-flexible',
        'swagger-ui-dist.*',
        'exceljs',
        '@node-rs/argon2',
        '@temporalio/(?:client|common|envconfig|proto)',
        'node:.*',
      ],
      // A file beside the subfolder, or another subfolder's; the folders with an index are other walls' business.
      ['(?!(?:workflows|activities)$)[a-z-]+', '(?:tables|preparing)/[a-z-]+'],
    ),
    message:
      'api/ imports contracts, the rules of authorisation, the messages, the words of bulletins and their guard, the client and db; never activities.',
  },
};

/** Modules that only the files named may import, whatever the wall of their folder lets through. */
export const DOORS = {
  'programme/rules-in-force': {
    // A start, its preview, the reading of a programme for tests, the bench's starts.
    only: ['api/case/start.ts', 'api/programme/programme.ts', 'programme/read.ts', 'scripts/bench/programme.ts'],
    message:
      'A case has its own rules (api/programme/case-rules.ts, web/src/programme/rules.tsx): the rules in force are for who starts one.',
  },
};

/** How an import of such a module looks, from wherever. */
export const doorTo = (module) => `(?:^|/)${module}$|^\\./${module.split('/').at(-1)}$`;
