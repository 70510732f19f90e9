/** Answers for the parts that are not embedded: whether the one at a given address can be used. */
import net from 'node:net';
import tls from 'node:tls';
import { ConfigurationError, type Environment } from '../config/env';

/** 5 s: a server far away answers in one; a wrong address must be said before people turn to something else. */
const ANSWER_MS = 5_000;

/** Throws a ConfigurationError with one line for each given part that does not answer as what it should be. */
export async function checkExternalParts(environment: Environment): Promise<void> {
  const { temporalAddress, databaseUrl, smtpUrl } = environment;
  const checks: Promise<void>[] = [];
  if (temporalAddress !== undefined) checks.push(checked('TEMPORAL_ADDRESS', temporalAddress, () => checkTemporal()));
  if (databaseUrl !== undefined) {
    checks.push(checked('DATABASE_URL', withoutSecrets(databaseUrl), () => checkPostgres(databaseUrl)));
  }
  if (smtpUrl !== undefined)
    checks.push(checked('SMTP_URL', withoutSecrets(smtpUrl), () => checkSmtp(new URL(smtpUrl))));
  const outcomes = await Promise.allSettled(checks);
  const wrong = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [(outcome.reason as Error).message] : [],
  );
  if (wrong.length > 0) throw new ConfigurationError(wrong.join('\n'));
}

async function checked(variable: string, address: string, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    throw new Error(`${variable} (${address}) cannot be used: ${reason(error)}.`, { cause: error });
  }
}

/** A refused connection has an empty message where several addresses were tried. */
function reason(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return (message || code || 'no reason given').split('\n')[0]!.replace(/\.$/, '');
}

function withoutSecrets(address: string): string {
  const url = new URL(address);
  return `${url.protocol}//${url.host}${url.pathname}`;
}

async function checkTemporal(): Promise<void> {
  // Loaded only here: an embedded system's start needs none of it.
  const { Connection } = await import('@temporalio/client');
  const { loadClientConnectConfig } = await import('@temporalio/envconfig');
  // Address, namespace, TLS and key as worker and API will read them.
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const connection = await Connection.connect({ ...connectionOptions, connectTimeout: ANSWER_MS });
  try {
    await connection.withDeadline(Date.now() + ANSWER_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } finally {
    await connection.close();
  }
}

async function checkPostgres(connectionString: string): Promise<void> {
  const { Client } = await import('pg');
  const client = new Client({ connectionString, connectionTimeoutMillis: ANSWER_MS });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A mail server greets first: "220 name" (RFC 5321 §3.1). */
async function checkSmtp({ protocol, hostname, port }: URL): Promise<void> {
  const secure = protocol === 'smtps:';
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  // 465 and 587: the registered ports of submission with and without TLS from the start, which nodemailer takes as well.
  const options = { host, port: port === '' ? (secure ? 465 : 587) : Number(port) };
  const socket = secure ? tls.connect({ ...options, servername: host }) : net.connect(options);
  socket.setTimeout(ANSWER_MS);
  try {
    const greeting = await new Promise<string>((resolve, reject) => {
      socket.setEncoding('utf8').once('data', (text: string) => resolve(text));
      socket.once('timeout', () => reject(new Error(`no answer within ${ANSWER_MS / 1000} s`)));
      socket.once('close', () => reject(new Error('it hangs up without a greeting')));
      socket.once('error', reject);
    });
    if (!greeting.startsWith('220')) throw new Error('what answers there is no mail server');
  } finally {
    socket.destroy();
  }
}
