/** Answers for every setting that comes from the environment: the only reader of process.env. */
import net from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import { CHANNEL_SECRETS, PERSONAL_KEY, ROOT_KEY, ROOT_PUBLIC_KEY, SIGNING_KEY, WORKER_KEY } from './backup-files';

/** A setting that cannot be used. Its message is one line per wrong variable, fit to be shown without a stack. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** What a process of ours ends with for such a mistake (EX_CONFIG of sysexits.h): starting it again cannot help. */
export const WRONG_SETTING = 78;

/** The folder that holds package.json: defaults are found from here, whatever folder the command was typed in. */
export const PROJECT_ROOT = path.resolve(__dirname, '..');

const MODES = ['trial', 'live'] as const;
export type Mode = (typeof MODES)[number];

/** pino's levels: what the processes write to their logs. */
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Environment {
  readonly port: number;
  readonly temporalPort: number;
  readonly temporalUiPort: number;
  readonly postgresPort: number;
  readonly smtpPort: number;
  readonly fakesPort: number;
  readonly bind: string;
  /** Absolute, like every path below. */
  readonly dataDir: string;
  /** Set: that part is not started, the one at this address is used. */
  readonly temporalAddress: string | undefined;
  readonly databaseUrl: string | undefined;
  /** For `npm start`, which hands each process its own: the addresses of fugong_api and fugong_worker. */
  readonly apiDatabaseUrl: string | undefined;
  readonly workerDatabaseUrl: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly temporalNamespace: string;
  readonly temporalCli: string | undefined;
  readonly mode: Mode;
  readonly programme: string;
  readonly workflowBundle: string | undefined;
  /** Where people reach the Temporal UI. */
  readonly temporalUiUrl: string | undefined;
  /** Where the console was built into. */
  readonly consoleFolder: string;
  readonly signingKeyFile: string;
  /** Under which workers sign the bundles that they store. */
  readonly workerKeyFile: string;
  readonly personalKeyFile: string;
  /** The private half of the town's root key; only where keys are added and revoked there is a file. */
  readonly rootKeyFile: string;
  /** The public half, the same on every machine. */
  readonly rootPublicKeyFile: string;
  readonly channelSecretsFile: string;
  /** What a worker does when three builds have open cases and it would open a fourth: move the oldest's, or end with a line. */
  readonly fourthBuild: 'end' | 'move';
  /** What it does with open cases of another SDK: refuse to start, or leave them to another worker. */
  readonly otherSdk: 'refuse' | 'elsewhere';
  /** Fingerprints of keys that are taken in place of lost ones. */
  readonly acceptedKeys: readonly string[];
  /** Where the fakes of WeCom and of the official account are, in trial mode. */
  readonly fakesUrl: string | undefined;
  /** Where people reach the API: links in messages begin with it. None: at its own port on this machine. */
  readonly publicUrl: string | undefined;
  /** Acts that one account may send, and that one case takes, in a minute; null: as many as come. */
  readonly accountActsPerMinute: number | null;
  readonly caseActsPerMinute: number | null;
  /** Addresses and ranges of proxies whose `X-Forwarded-For` is believed; nobody's when there are none. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: LogLevel;
  /** True below `npm start` and other npm scripts. */
  readonly startedByNpm: boolean;
  /** Where programs are looked for. */
  readonly searchPath: readonly string[];
  /** Where downloads are kept, best place first; the first that can be written to is used. */
  readonly cacheDirs: readonly string[];
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The largest TCP port. */
const LAST_PORT = 65535;

/** 0 asks for any free port, which tests and second instances use. */
const port = (byDefault: number) =>
  z
    .string()
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= LAST_PORT, 'a port from 0 to 65535 (0: any free one)')
    .transform(Number)
    .default(byDefault);

/** A million is none at all: who means that says so. */
const limit = (byDefault: number) =>
  z
    .string()
    .refine((text) => text === 'off' || /^[1-9]\d{0,5}$/.test(text), 'a whole number from 1 to 999999, or off')
    .transform((text) => (text === 'off' ? null : Number(text)))
    .default(byDefault);

const url = (schemes: readonly string[], expected: string) =>
  z.string().refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, hostname } = new URL(text);
    return schemes.includes(protocol) && hostname !== '';
  }, expected);

const databaseAddress = url(
  ['postgres:', 'postgresql:'],
  'a PostgreSQL address, such as postgres://user:password@host:5432/fugong',
).optional();

function isHostAndPort(text: string): boolean {
  const found = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.-]+):(\d{1,5})$/.exec(text);
  const number = Number(found?.[2] ?? 0);
  return number >= 1 && number <= LAST_PORT;
}

/** An IP address, or a range such as 10.0.0.0/8. A range of everybody (/0) would believe whatever anybody writes. */
function isNetwork(text: string): boolean {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = net.isIP(address);
  return version !== 0 && (bits === undefined || (Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128)));
}

const SCHEMA = z.object({
  // 3000: what people try first for a Node application.
  PORT: port(3000),
  // 7233 and 8233: the Temporal CLI's own defaults, so that `temporal workflow list` finds the embedded server.
  TEMPORAL_PORT: port(7233),
  TEMPORAL_UI_PORT: port(8233),
  // 5433, not 5432: a machine with a PostgreSQL of its own has 5432 taken.
  POSTGRES_PORT: port(5433),
  // 1025: the usual port of a mail catcher; 25 would need root.
  SMTP_PORT: port(1025),
  // Any free one: only the worker speaks to them, and the start prints where their page is.
  FAKES_PORT: port(0),
  // 127.0.0.1: nothing is reachable from outside until somebody decides so.
  BIND: z
    .string()
    .refine((text) => net.isIP(text) !== 0, 'an IP address to listen on, such as 127.0.0.1 or 0.0.0.0')
    .default('127.0.0.1'),
  // .fugong: beside the code and ignored by git, so that one clone is one system.
  DATA_DIR: z.string().default(path.join(PROJECT_ROOT, '.fugong')),
  TEMPORAL_ADDRESS: z
    .string()
    .refine(isHostAndPort, 'host:port of a Temporal server, such as 127.0.0.1:7233')
    .optional(),
  // default: the namespace that every Temporal server has.
  TEMPORAL_NAMESPACE: z.string().default('default'),
  DATABASE_URL: databaseAddress,
  API_DATABASE_URL: databaseAddress,
  WORKER_DATABASE_URL: databaseAddress,
  SMTP_URL: url(['smtp:', 'smtps:'], 'a mail server address, such as smtp://host:25').optional(),
  TEMPORAL_CLI: z.string().optional(),
  // The default is decided below: it depends on which parts are embedded.
  FUGONG_MODE: z.enum(MODES, 'trial or live').optional(),
  // The town that comes with the product.
  PROGRAMME: z.string().default(path.join(PROJECT_ROOT, 'programmes', 'zhongxing.yaml')),
  // None: the worker bundles the workflows itself, which takes it some seconds.
  WORKFLOW_BUNDLE: z.string().optional(),
  // Where `npm run build` puts it.
  CONSOLE_FOLDER: z.string().default(path.join(PROJECT_ROOT, 'build', 'console')),
  // The default is decided below: it lies in the data folder.
  SIGNING_KEY_FILE: z.string().optional(),
  WORKER_KEY_FILE: z.string().optional(),
  PERSONAL_KEY_FILE: z.string().optional(),
  ROOT_KEY_FILE: z.string().optional(),
  ROOT_PUBLIC_KEY_FILE: z.string().optional(),
  // As above.
  CHANNEL_SECRETS_FILE: z.string().optional(),
  // None: only the system's own keys. It names keys rather than saying yes, so that it may stay set.
  ACCEPTED_KEYS: z
    .string()
    .regex(/^[0-9a-f]{16}(?:,[0-9a-f]{16})*$/, 'fingerprints of 16 hexadecimal digits, with commas between them')
    .optional(),
  // end: whoever runs several machines decides when cases move. `npm start`, which is one, says move to its worker.
  FOURTH_BUILD: z.enum(['end', 'move'], 'end or move').default('end'),
  // refuse: cases whose code this worker cannot run would stand still, unless a worker of their SDK is kept running.
  OTHER_SDK: z.enum(['refuse', 'elsewhere'], 'refuse or elsewhere').default('refuse'),
  FAKES_URL: url(['http:'], 'an address such as http://127.0.0.1:8026').optional(),
  PUBLIC_URL: url(
    ['http:', 'https:'],
    'the address at which people reach the API, such as https://fugong.town.example',
  ).optional(),
  // None: a header that anybody can write is not believed.
  TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
    .refine((all) => all.every(isNetwork), 'addresses or ranges of proxies, such as 10.0.0.2,192.168.7.0/24')
    .default([]),
  // 120: one every half second is more than anybody types, and enough for a program that enters a day's papers.
  ACCOUNT_ACTS_PER_MINUTE: limit(120),
  // 60: six departments, an official and the enterprise at work on one case at once, each with an act every eight seconds.
  CASE_ACTS_PER_MINUTE: limit(60),
  TEMPORAL_UI_URL: url(['http:', 'https:'], 'the address of the Temporal UI, such as http://127.0.0.1:8233').optional(),
  // info: starts, stops and failures, not every message.
  LOG_LEVEL: z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`).default('info'),
});

type Settings = z.output<typeof SCHEMA>;

/** Reads and checks the settings. Throws a ConfigurationError that names each wrong variable and what it should be. */
export function readEnvironment(variables: Variables = process.env): Environment {
  // An empty value counts as none: compose files and CI systems pass unset variables as empty ones.
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = SCHEMA.safeParse(given);
  if (!parsed.success) {
    const wrong = new Map(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
    // The value is not repeated: it may hold a password.
    throw new ConfigurationError([...wrong].map(([name, expected]) => `${name} must be ${expected}.`).join('\n'));
  }
  refuseSharedPorts(parsed.data);
  return toEnvironment(parsed.data, variables);
}

function refuseSharedPorts(settings: Settings): void {
  const used: [name: string, port: number][] = [['PORT', settings.PORT]];
  if (settings.TEMPORAL_ADDRESS === undefined) {
    used.push(['TEMPORAL_PORT', settings.TEMPORAL_PORT], ['TEMPORAL_UI_PORT', settings.TEMPORAL_UI_PORT]);
  }
  if (settings.DATABASE_URL === undefined) used.push(['POSTGRES_PORT', settings.POSTGRES_PORT]);
  if (settings.SMTP_URL === undefined) used.push(['SMTP_PORT', settings.SMTP_PORT]);
  if (settings.FAKES_URL === undefined) used.push(['FAKES_PORT', settings.FAKES_PORT]);
  const taken = new Map<number, string>();
  for (const [name, number] of used) {
    const other = taken.get(number);
    if (other !== undefined && number !== 0) {
      throw new ConfigurationError(`${name} must differ from ${other}: both are ${number}.`);
    }
    taken.set(number, name);
  }
}

function toEnvironment(settings: Settings, variables: Variables): Environment {
  const { TEMPORAL_ADDRESS, DATABASE_URL, SMTP_URL } = settings;
  const allEmbedded = [TEMPORAL_ADDRESS, DATABASE_URL, SMTP_URL].every((address) => address === undefined);
  const dataDir = path.resolve(settings.DATA_DIR);
  const absolute = (file: string | undefined) => (file === undefined ? undefined : path.resolve(file));
  return {
    port: settings.PORT,
    temporalPort: settings.TEMPORAL_PORT,
    temporalUiPort: settings.TEMPORAL_UI_PORT,
    postgresPort: settings.POSTGRES_PORT,
    smtpPort: settings.SMTP_PORT,
    fakesPort: settings.FAKES_PORT,
    bind: settings.BIND,
    dataDir,
    temporalAddress: TEMPORAL_ADDRESS,
    databaseUrl: DATABASE_URL,
    apiDatabaseUrl: settings.API_DATABASE_URL,
    workerDatabaseUrl: settings.WORKER_DATABASE_URL,
    smtpUrl: SMTP_URL,
    temporalNamespace: settings.TEMPORAL_NAMESPACE,
    temporalCli: absolute(settings.TEMPORAL_CLI),
    // Whoever connects a real part means it: demonstration accounts must then be asked for.
    mode: settings.FUGONG_MODE ?? (allEmbedded ? 'trial' : 'live'),
    programme: path.resolve(settings.PROGRAMME),
    workflowBundle: absolute(settings.WORKFLOW_BUNDLE),
    consoleFolder: path.resolve(settings.CONSOLE_FOLDER),
    signingKeyFile: path.resolve(settings.SIGNING_KEY_FILE ?? path.join(dataDir, SIGNING_KEY)),
    workerKeyFile: path.resolve(settings.WORKER_KEY_FILE ?? path.join(dataDir, WORKER_KEY)),
    personalKeyFile: path.resolve(settings.PERSONAL_KEY_FILE ?? path.join(dataDir, PERSONAL_KEY)),
    rootKeyFile: path.resolve(settings.ROOT_KEY_FILE ?? path.join(dataDir, ROOT_KEY)),
    rootPublicKeyFile: path.resolve(settings.ROOT_PUBLIC_KEY_FILE ?? path.join(dataDir, ROOT_PUBLIC_KEY)),
    channelSecretsFile: path.resolve(settings.CHANNEL_SECRETS_FILE ?? path.join(dataDir, CHANNEL_SECRETS)),
    fourthBuild: settings.FOURTH_BUILD,
    otherSdk: settings.OTHER_SDK,
    acceptedKeys: settings.ACCEPTED_KEYS?.split(',') ?? [],
    fakesUrl: settings.FAKES_URL,
    temporalUiUrl: settings.TEMPORAL_UI_URL?.replace(/\/+$/, ''),
    accountActsPerMinute: settings.ACCOUNT_ACTS_PER_MINUTE,
    caseActsPerMinute: settings.CASE_ACTS_PER_MINUTE,
    trustedProxies: settings.TRUSTED_PROXIES,
    publicUrl: settings.PUBLIC_URL?.replace(/\/+$/, ''),
    logLevel: settings.LOG_LEVEL,
    startedByNpm: variables['npm_lifecycle_event'] !== undefined,
    searchPath: (variables['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== ''),
    cacheDirs: cacheDirs(variables, dataDir),
  };
}

/** A user's cache serves all clones; a user without a home keeps downloads in the data folder. */
function cacheDirs({ XDG_CACHE_HOME, HOME }: Variables, dataDir: string): string[] {
  const base = XDG_CACHE_HOME || (HOME ? path.join(HOME, '.cache') : undefined);
  const ofUser = base !== undefined && path.isAbsolute(base) ? [path.join(base, 'fugong')] : [];
  return [...ofUser, path.join(dataDir, 'cache')];
}

/** The environment of a child process: this process's own, with `settings` put over it and `without` left out. */
export function childEnvironment(
  settings: Readonly<Record<string, string>>,
  without: (name: string) => boolean = () => false,
): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !without(name));
  return { ...Object.fromEntries(kept), ...settings };
}
