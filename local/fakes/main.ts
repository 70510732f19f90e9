/**
 * The fakes as a process of their own, until SIGTERM. Everything comes by arguments, for these keys open nothing:
 * `--port 9300 --folder DIR [--mails DIR] --wecom-key KEY … --app-id ID --secret SECRET [--may-publish]`.
 */
import { parseArgs } from 'node:util';
import { keepWithoutOutput } from '../../config/log';
import { startFakes } from './server';

const USAGE =
  'usage: --port PORT --folder DIR [--mails DIR] [--wecom-key KEY]… --app-id ID --secret SECRET [--may-publish] (PORT 0: any free one)';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      folder: { type: 'string' },
      mails: { type: 'string' },
      'wecom-key': { type: 'string', multiple: true, default: [] },
      'app-id': { type: 'string' },
      secret: { type: 'string' },
      'may-publish': { type: 'boolean', default: false },
    },
  });
  const { port = '', folder, 'app-id': appId, secret } = values;
  if (!/^\d+$/.test(port) || folder === undefined || appId === undefined || secret === undefined) {
    throw new Error(USAGE);
  }
  const fakes = await startFakes({
    port: Number(port),
    wecomKeys: values['wecom-key'],
    officialAccount: { appId, secret, mayPublish: values['may-publish'] },
    keepIn: folder,
    ...(values.mails !== undefined && { mailsIn: values.mails }),
  });
  console.log(`the fakes listen on ${fakes.url}`);
  process.once('SIGTERM', () => void fakes.close().then(() => process.exit(0)));
}

keepWithoutOutput();
main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
