/** `npm run console:load`: how soon "my work" can be used on a slow phone, against the running system, and what it loads. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright';
import { readEnvironment } from '../config/env';
import { ACCOUNTS_FILE } from '../config/backup-files';
import { runningAddresses } from '../config/running-addresses';
import { chromiumPath } from '../test/browser/chromium';

/** A phone of the middle class is some four times slower than a developer's machine. */
const SLOWER = 4;
/** Enough for a median. */
const RUNS = 5;

interface Load {
  readonly ms: number;
  readonly bytes: number;
}

async function main(): Promise<void> {
  const environment = readEnvironment();
  const { apiUrl } = runningAddresses(environment);
  const accounts = JSON.parse(readFileSync(path.join(environment.dataDir, ACCOUNTS_FILE), 'utf8')) as {
    login: string;
    token: string;
  }[];
  const token = accounts.find(({ login }) => login === 'official')?.token ?? '';
  const browser = await chromium.launch({ executablePath: chromiumPath() ?? '', args: ['--no-sandbox'] });
  const cold: Load[] = [];
  const warm: Load[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      extraHTTPHeaders: { authorization: `Bearer ${token}` },
    });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    for (const loads of [cold, warm]) {
      let bytes = 0;
      await session.send('Network.enable');
      session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
      const begun = performance.now();
      await page.goto(`${apiUrl}/console/`);
      // A tab that takes a press is more than a heading that stands.
      await page.getByRole('tab', { name: '我已办' }).click();
      await page.getByRole('tab', { name: '我已办', selected: true }).waitFor();
      loads.push({ ms: performance.now() - begun, bytes });
    }
    await context.close();
  }
  await browser.close();
  for (const [name, loads] of Object.entries({ cold, warm })) {
    const sorted = loads.map(({ ms }) => Math.round(ms)).sort((a, b) => a - b);
    const kilobytes = Math.round(Math.max(...loads.map(({ bytes }) => bytes)) / 1000);
    console.log(
      `${name}: usable after ${sorted[0]} / ${sorted[RUNS >> 1]} / ${sorted.at(-1)} ms (least, median, most), ${kilobytes} kB`,
    );
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
