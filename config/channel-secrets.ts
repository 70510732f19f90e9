/** Answers for what opens the channels outside: keys of group bots and of the official account, from a file that is in no repository. */
import fs from 'node:fs';
import { z } from 'zod';
import { ConfigurationError, type Environment } from './env';

export interface ChannelSecrets {
  /** By the ids of the programme's groups. */
  readonly groups: Readonly<Record<string, { readonly key: string }>>;
  readonly officialAccount: { readonly appId: string; readonly secret: string } | undefined;
  /** Another server than the platforms' own. */
  readonly baseUrl: string | undefined;
}

const FILE = z.strictObject({
  /** By the id of the group: the bot's key, or the whole address that WeCom shows. */
  wecom: z.record(z.string(), z.string().min(1)).default({}),
  officialAccount: z.strictObject({ appId: z.string().min(1), secret: z.string().min(1) }).optional(),
});

/** What the fakes of trial mode are opened with; it opens nothing else. */
export const TRIAL_ACCOUNT = { appId: 'wx-trial', secret: 'trial' } as const;
export function trialKey(group: string): string {
  return `trial-${group}`;
}

/**
 * In trial mode only the fakes are reachable, whatever the file says. In live mode a file that is not there opens nothing.
 * @throws ConfigurationError for a file that cannot be read, without a word of what stands in it
 */
export function channelSecrets(environment: Environment, groups: readonly string[]): ChannelSecrets {
  if (environment.mode === 'trial') {
    const baseUrl = environment.fakesUrl ?? `http://127.0.0.1:${environment.fakesPort}`;
    return { groups: byId(groups.map((id) => [id, trialKey(id)])), officialAccount: TRIAL_ACCOUNT, baseUrl };
  }
  const { wecom, officialAccount } = readSecrets(environment.channelSecretsFile);
  return { groups: byId(Object.entries(wecom)), officialAccount, baseUrl: undefined };
}

function byId(keys: readonly (readonly [id: string, key: string])[]): ChannelSecrets['groups'] {
  return Object.fromEntries(keys.map(([id, key]) => [id, { key }]));
}

function readSecrets(file: string): z.output<typeof FILE> {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return FILE.parse({});
    throw new ConfigurationError(`CHANNEL_SECRETS_FILE ${file} cannot be read: ${(error as Error).message}.`);
  }
  // An empty file is none: container tools mount one where nothing is given.
  if (text.trim() === '') return FILE.parse({});
  try {
    return FILE.parse(JSON.parse(text));
  } catch {
    throw new ConfigurationError(
      `CHANNEL_SECRETS_FILE ${file} must be JSON like {"wecom":{"<group id>":"<key>"},"officialAccount":{"appId":"…","secret":"…"}}.`,
    );
  }
}
