/** Answers for the block that a start prints when the system is ready. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Environment } from '../config/env';
import { ACCOUNTS_FILE } from '../config/backup-files';
import type { Addresses } from '../config/running-addresses';
import { readRootPublicKey, rootFingerprint } from '../proof/root-key';

const ACCOUNTS = z.array(
  z.object({
    login: z.string(),
    password: z.string(),
    role: z.string(),
    department: z.string().optional(),
    enterprise: z.string().optional(),
  }),
);

/** Addresses, demonstration accounts, the root key's fingerprint, data folder and how to stop, in Chinese and English. */
export function welcome(environment: Environment, addresses: Addresses): string {
  const { apiUrl, temporalUiUrl, temporalAddress, fakesUrl } = addresses;
  const rows: [label: string, value: string][] = [
    ['控制台 Console', `${apiUrl}/`],
    ['接口 API', apiUrl],
    ['说明 Docs', `${apiUrl}/docs`],
    ['通知 Notices', `${apiUrl}/outbox`],
    temporalUiUrl === undefined ? ['Temporal', temporalAddress] : ['流程 Temporal UI', temporalUiUrl],
    ...(environment.smtpUrl === undefined ? [['邮件 Mails', mailsOf(environment, fakesUrl)] as [string, string]] : []),
    ...(fakesUrl === undefined ? [] : [['微信 WeChat fakes', fakesUrl] as [string, string]]),
    ['根密钥指纹 Root key', fingerprintOf(environment)],
    ['数据 Data', environment.dataDir],
    ['停止 Stop', 'Ctrl-C（再次启动时从停下的地方继续 / the next start goes on from here）'],
  ];
  const trial = environment.mode === 'trial';
  const title = trial ? '复工系统已启动（试用） Fugong is ready (trial)' : '复工系统已启动 Fugong is ready';
  return ['', title, '', ...table(rows), ...(trial ? accounts(environment.dataDir) : []), ''].join('\n');
}

function fingerprintOf({ rootPublicKeyFile }: Environment): string {
  const publicKey = readRootPublicKey(rootPublicKeyFile);
  return publicKey === undefined ? '—' : rootFingerprint(publicKey);
}

/** Their page, where there is one; else the folder. */
function mailsOf({ dataDir }: Environment, fakesUrl: string | undefined): string {
  return fakesUrl === undefined ? path.join(dataDir, 'mail') : `${fakesUrl}/mails`;
}

function accounts(dataDir: string): string[] {
  const file = path.join(dataDir, ACCOUNTS_FILE);
  let list: z.infer<typeof ACCOUNTS>;
  try {
    list = ACCOUNTS.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch {
    return [];
  }
  const rows = list.map(({ login, password, role, department, enterprise }) => {
    const forWhom = [role, department ?? enterprise].filter((part) => part !== undefined).join(' ');
    return [login, password, forWhom];
  });
  const head = ['账号 Login', '密码 Password', '角色 Role'];
  return ['', `演示账号 Demonstration accounts (${file})`, '', ...table([head, ...rows])];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0]?.map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? '')))) ?? [];
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell + ' '.repeat((columns[column] ?? 0) - width(cell)));
    return `  ${cells.join('   ').trimEnd()}`;
  });
}

/** A terminal shows a Chinese character two columns wide. */
function width(text: string): number {
  return [...text].reduce((sum, character) => sum + (/[\u1100-\u115f\u2e80-\uffef]/.test(character) ? 2 : 1), 0);
}
