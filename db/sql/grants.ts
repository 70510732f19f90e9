/** Which role may do what with which table: one row for each table, one place for all (docs/adr/0020-roles.md). */
import type pg from 'pg';

/** The roles beside the owner, who migrates and is nobody's at run time. Roles belong to a whole PostgreSQL server. */
export const DATABASE_ROLES = { api: 'fugong_api', worker: 'fugong_worker', reader: 'fugong_reader' } as const;
export type DatabaseRole = keyof typeof DATABASE_ROLES;

export interface Grants {
  /** No statement changes or deletes its rows: the migration that makes it calls `append_only('<table>')`. */
  readonly appendOnly?: true;
  /** Privileges as GRANT takes them, some with columns; none: the role does not see the table. */
  readonly api?: string;
  readonly worker?: string;
  /** Statistics: never words, files, names, numbers, addresses, passwords or keys (docs/operations.md, "Roles"). */
  readonly reader?: string;
}

/**
 * A row is locked only by who may update some column of it: `UPDATE (created_at)` and its like below stand for nothing else.
 * A table that is missing here fails test/db/grants.test.ts.
 */
export const GRANTS: Readonly<Record<string, Grants>> = {
  // --- the ledger and what proves it ---
  ledger: { appendOnly: true, api: 'SELECT, INSERT', worker: 'SELECT, INSERT', reader: 'SELECT' },
  ledger_streams: {
    api: 'SELECT, INSERT, UPDATE (sequence, hash)',
    worker: 'SELECT, INSERT, UPDATE (sequence, hash)',
    reader: 'SELECT',
  },
  ledger_seals: { appendOnly: true, api: 'SELECT', worker: 'SELECT, INSERT', reader: 'SELECT' },
  ledger_refusals: { api: 'SELECT', worker: 'SELECT, INSERT, UPDATE, DELETE', reader: 'SELECT' },
  acts: { appendOnly: true, api: 'SELECT, INSERT', worker: 'SELECT', reader: 'SELECT' },
  recorded_acts: { appendOnly: true, api: 'SELECT', worker: 'SELECT, INSERT', reader: 'SELECT' },
  // The first key of API and worker stands without a command.
  key_rows: { appendOnly: true, api: 'SELECT, INSERT', worker: 'SELECT, INSERT', reader: 'SELECT' },
  installation: { api: 'SELECT', worker: 'SELECT', reader: 'SELECT' },
  signing_keys: { appendOnly: true, api: 'SELECT, INSERT', worker: 'SELECT', reader: 'SELECT' },
  key_fingerprints: { api: 'SELECT, INSERT, UPDATE', worker: 'SELECT' },
  releases: {
    appendOnly: true,
    api: 'SELECT',
    worker: 'SELECT, INSERT',
    reader: 'SELECT (build, number, sdk, schema, registered_at)',
  },
  release_signatures: { appendOnly: true, api: 'SELECT', worker: 'SELECT, INSERT', reader: 'SELECT' },
  release_choices: { appendOnly: true, worker: 'SELECT, INSERT', reader: 'SELECT' },
  takeovers: { api: 'SELECT', worker: 'SELECT', reader: 'SELECT' },

  // Made by the library; a process is ready when it is there.
  migrations: { api: 'SELECT', worker: 'SELECT', reader: 'SELECT' },

  // --- cases ---
  case_serials: { api: 'SELECT, INSERT, UPDATE (last)', reader: 'SELECT' },
  cases: {
    api: 'SELECT, INSERT, UPDATE (rules), DELETE',
    worker: 'SELECT',
    reader: 'SELECT (case_number, enterprise, started_by, rules, created_at)',
  },
  case_runs: {
    api: 'SELECT, INSERT, UPDATE, DELETE',
    worker: 'SELECT, INSERT, UPDATE, DELETE',
    reader: 'SELECT',
  },
  discrepancies: {
    api: 'SELECT, INSERT, UPDATE',
    worker: 'SELECT, INSERT, UPDATE, DELETE',
    reader: 'SELECT',
  },
  reconciler_pass: { api: 'SELECT', worker: 'SELECT, INSERT, UPDATE, DELETE', reader: 'SELECT' },
  rules: { api: 'SELECT, INSERT', worker: 'SELECT', reader: 'SELECT' },
  reopenings: { api: 'SELECT', worker: 'SELECT, INSERT, UPDATE', reader: 'SELECT' },
  duties: { api: 'SELECT', worker: 'SELECT, INSERT, UPDATE, DELETE', reader: 'SELECT' },
  commands: {
    api: 'SELECT, INSERT, DELETE',
    worker: 'SELECT, UPDATE (status, sequence, rejection, settled_at)',
    reader: 'SELECT (id, account, route, case_number, status, sequence, created_at, settled_at)',
  },
  liaison_claims: { api: 'SELECT, INSERT, DELETE', worker: 'SELECT, INSERT, UPDATE, DELETE', reader: 'SELECT' },

  // --- words and files ---
  texts: {
    api: 'SELECT, INSERT',
    // The worker sees no words: it attaches and sweeps.
    worker: 'SELECT (id, command, hmac, stream, created_at), UPDATE (stream, sequence), DELETE',
    reader: 'SELECT (id, command, author, hmac, stream, sequence, created_at, erased_by_stream, erased_by_sequence)',
  },
  documents: {
    api: 'SELECT, INSERT, UPDATE (media_type, bytes, hmac, stream, sequence), DELETE',
    worker: 'SELECT, UPDATE (stream, sequence), DELETE',
    reader:
      'SELECT (id, author, media_type, bytes, hmac, stream, sequence, created_at, erased_by_stream, erased_by_sequence)',
  },
  // Those of a document that goes are deleted by its foreign key.
  document_chunks: { api: 'SELECT, INSERT', worker: 'SELECT' },

  // --- accounts ---
  enterprises: { api: 'SELECT, INSERT, UPDATE (created_at)', worker: 'SELECT, UPDATE (created_at)', reader: 'SELECT' },
  accounts: {
    api: 'SELECT, INSERT, UPDATE (password_hash)',
    worker:
      'SELECT (id, login, display_name, role, department, enterprise, village, demo, disabled_at, email, wecom_user)',
    reader: 'SELECT (id, role, department, enterprise, village, demo, disabled_at, created_at)',
  },
  credentials: { api: 'SELECT, INSERT, DELETE' },
  devices: { api: 'SELECT, INSERT, UPDATE, DELETE', worker: 'SELECT (used_at), DELETE' },
  attempts: { api: 'SELECT, INSERT, UPDATE, DELETE', worker: 'SELECT (expire), DELETE' },

  // --- people of enterprises ---
  people: {
    api: 'SELECT, INSERT, UPDATE',
    // Names and masks: the guard of what leaves for groups looks for them.
    worker: 'SELECT',
    reader: 'SELECT (id, enterprise, loop, joined_on, quiet_until, left_on, left_at, erased_at, created_at)',
  },
  person_absences: { api: 'SELECT, INSERT, UPDATE', worker: 'SELECT', reader: 'SELECT (person, from_on, to_on)' },
  person_exemptions: { api: 'SELECT, INSERT, UPDATE', worker: 'SELECT', reader: 'SELECT (person, from_on, to_on)' },
  emergency_contacts: { api: 'SELECT, INSERT, DELETE', worker: 'SELECT (enterprise, name, phone_mask)' },
  hotels: { api: 'SELECT, INSERT, UPDATE (created_at)', worker: 'SELECT', reader: 'SELECT' },
  rooms: { api: 'SELECT, INSERT', worker: 'SELECT', reader: 'SELECT' },
  stays: { api: 'SELECT, INSERT, UPDATE (during), DELETE', worker: 'SELECT', reader: 'SELECT' },
  movement_lists: { api: 'SELECT, INSERT, DELETE', worker: 'SELECT, DELETE', reader: 'SELECT' },
  // Those of a list that goes are deleted by its foreign key, as below those of sheets and incidents.
  movements: { api: 'SELECT, INSERT', worker: 'SELECT', reader: 'SELECT' },

  // --- tests ---
  test_rounds: {
    api: 'SELECT, UPDATE (opened_at)',
    worker: 'SELECT, INSERT, UPDATE (closed_at)',
    reader: 'SELECT',
  },
  round_people: {
    api: 'SELECT, UPDATE (result, result_id, state, excused_at)',
    worker: 'SELECT, INSERT, UPDATE (result, result_id)',
    reader: 'SELECT (case_number, round, person, loop, state, excused_at, result, result_id)',
  },
  test_sheets: { api: 'SELECT, INSERT, DELETE', worker: 'SELECT, DELETE', reader: 'SELECT' },
  test_results: {
    api: 'SELECT, INSERT, DELETE',
    worker: 'SELECT, DELETE',
    reader: 'SELECT (id, case_number, round, sheet, person, result, tube, corrects, number)',
  },
  incidents: {
    api: 'SELECT, INSERT, UPDATE (opened_at), DELETE',
    worker: 'SELECT, UPDATE (told, taken, over), DELETE',
    reader: 'SELECT',
  },
  incident_people: {
    api: 'SELECT, INSERT, UPDATE (status, command), DELETE',
    worker: 'SELECT, UPDATE (status, command), DELETE',
    reader: 'SELECT',
  },
  recheck_results: { api: 'SELECT, INSERT, DELETE', worker: 'SELECT, DELETE', reader: 'SELECT' },

  // --- supplies ---
  stock_items: {
    api: 'SELECT, INSERT, UPDATE (on_hand, promised)',
    worker: 'SELECT, INSERT, UPDATE (on_hand, promised)',
    reader: 'SELECT',
  },
  stock_movements: {
    appendOnly: true,
    api: 'SELECT, INSERT',
    worker: 'SELECT, INSERT',
    reader: 'SELECT (number, item, kind, quantity, order_id, cause, recorded_at)',
  },
  supply_orders: { api: 'SELECT', worker: 'SELECT, INSERT, UPDATE (closed)', reader: 'SELECT' },
  supply_lines: {
    api: 'SELECT, UPDATE (allocated)',
    worker: 'SELECT, INSERT, UPDATE (requested, allocated, dispatched, received)',
    reader: 'SELECT',
  },
  supply_steps: { api: 'SELECT', worker: 'SELECT, INSERT', reader: 'SELECT' },
  group_purchases: { api: 'SELECT, INSERT, UPDATE (closed_at)', worker: 'SELECT', reader: 'SELECT' },
  purchase_items: { api: 'SELECT, INSERT', worker: 'SELECT', reader: 'SELECT' },
  purchase_lines: {
    api: 'SELECT, INSERT, UPDATE (distributed, received), DELETE',
    worker: 'SELECT',
    reader: 'SELECT',
  },
  medicine_orders: {
    api: 'SELECT, INSERT, UPDATE (sealed, official, volunteer, status)',
    reader: 'SELECT (id, enterprise, status, created_at)',
  },

  // --- telling people ---
  outbox: { api: 'SELECT', worker: 'SELECT, INSERT, UPDATE (state, reason)', reader: 'SELECT' },
  daily_summaries: { api: 'SELECT', worker: 'SELECT, INSERT', reader: 'SELECT' },
  bulletins: {
    api: 'SELECT, INSERT, UPDATE (state, publish_at, urged_at, withdrawn_at, withdrawal)',
    worker: 'SELECT, UPDATE (state, published_at)',
    reader: 'SELECT',
  },
  bulletin_recipients: { api: 'SELECT', worker: 'SELECT, INSERT', reader: 'SELECT' },
  deliveries: {
    api: 'SELECT, INSERT, UPDATE (state, reason)',
    worker: 'SELECT, INSERT, UPDATE (state, reason, message)',
    reader: 'SELECT',
  },
  messages: {
    api: 'SELECT, UPDATE (state, next_at, attempts, reason, receipt, settled_at, read_at)',
    worker: 'SELECT, INSERT, UPDATE',
    reader:
      'SELECT (id, channel, destination, urgent, state, attempts, next_at, case_number, read_at, created_at, settled_at)',
  },
  send_attempts: { worker: 'SELECT, INSERT, DELETE' },
  notice_preferences: { api: 'SELECT, INSERT, UPDATE', worker: 'SELECT' },
};

/** Any constant that no other advisory lock of the system uses. */
const LOCK = 7_020_230;

/**
 * Gives the roles that there are what the table says and takes everything else from them, in one transaction: whoever works
 * meanwhile has the old privileges or the new ones. As the owner of the tables. @returns the roles that are not there
 */
export async function grantRoles(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT rolname AS name FROM pg_roles WHERE rolname = ANY ($1)',
    [Object.values(DATABASE_ROLES)],
  );
  const there = new Set(rows.map(({ name }) => name));
  if (there.size > 0) await client.query(grantStatements(there));
  return Object.values(DATABASE_ROLES).filter((name) => !there.has(name));
}

/** Statements sent together without parameters are one transaction. */
function grantStatements(there: ReadonlySet<string>): string {
  const lines = [`SELECT pg_advisory_xact_lock(${LOCK})`];
  for (const [role, name] of Object.entries(DATABASE_ROLES) as [DatabaseRole, string][]) {
    if (!there.has(name)) continue;
    lines.push(`REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${name}`, `GRANT USAGE ON SCHEMA public TO ${name}`);
    for (const [table, { [role]: privileges }] of Object.entries(GRANTS))
      if (privileges !== undefined) lines.push(`GRANT ${privileges} ON ${table} TO ${name}`);
  }
  return ['BEGIN', ...lines, 'COMMIT'].join(';\n');
}
