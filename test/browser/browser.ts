/** A real browser on the whole system: signing in as a role, looking only at labels and roles, pictures, accessibility. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { PROJECT_ROOT } from '../../config/env';
import { System } from '../support/system';
import { chromiumPath } from './chromium';

/** WeChat's built-in browser on a phone, and an office screen. */
export const WIDTHS = { phone: { width: 390, height: 844 }, office: { width: 1440, height: 900 } } as const;
export type Width = keyof typeof WIDTHS;

/** Pictures of every page, artefacts of the run. */
const PICTURES = path.join(PROJECT_ROOT, 'build', 'pictures');
/** One thing on a page: it waits for PostgreSQL and a worker, some seconds on two shared cores. */
const PATIENCE_MS = 120_000;

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export class Screen {
  readonly #contexts: BrowserContext[] = [];
  /** What pages have complained about; a test ends with none. */
  readonly complaints: string[] = [];

  private constructor(
    readonly system: System,
    readonly browser: Browser,
  ) {}

  static async start(): Promise<Screen> {
    execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build-console.ts'], { cwd: PROJECT_ROOT });
    mkdirSync(PICTURES, { recursive: true });
    const [system, browser] = await Promise.all([
      System.start(),
      // The sandbox needs a user that is not root; what is opened here is our own.
      chromium.launch({ executablePath: chromiumPath() ?? '', args: ['--no-sandbox'] }),
    ]);
    return new Screen(system, browser);
  }

  async stop(): Promise<void> {
    for (const context of this.#contexts) await context.close();
    await this.browser.close();
    await this.system.stop();
  }

  /** A page of its own, as on another device. */
  async open(width: Width): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: WIDTHS[width],
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      baseURL: this.system.address,
    });
    this.#contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.complaints.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      // Nobody is signed in yet, a network that is away, an act that was refused: said on the page as well.
      const foreseen = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !foreseen) this.complaints.push(`${page.url()}: ${message.text()}`);
    });
    return page;
  }

  async signIn(login: string, width: Width = 'office'): Promise<Page> {
    const page = await this.open(width);
    await page.goto('/');
    await page.getByLabel('用户名').fill(login);
    await page.getByLabel('密码', { exact: true }).fill(this.passwordOf(login));
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('heading', { name: '我的工作' }).waitFor();
    return page;
  }

  passwordOf(login: string): string {
    const accounts = JSON.parse(readFileSync(path.join(this.system.dataDir, 'accounts.json'), 'utf8')) as {
      login: string;
      password: string;
    }[];
    const found = accounts.find((one) => one.login === login);
    if (!found) throw new Error(`no account ${login}`);
    return found.password;
  }
}

/** By the menu, as people do it. */
export async function choose(page: Page, name: string): Promise<void> {
  const menu = page.getByRole('button', { name: '打开菜单' });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole('menuitem', { name, exact: true }).click();
  // On a phone the menu slides away.
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

/** By typing what is looked for and taking the first that fits. */
export async function pick(page: Page, field: string, option: string): Promise<void> {
  const box = page.getByRole('combobox', { name: field }).last();
  await box.fill(option);
  await page.getByTitle(option).last().waitFor();
  await box.press('Enter');
  // It stands in the field.
  await page.getByTitle(option).first().waitFor();
}

export async function picture(page: Page, name: string): Promise<void> {
  const { width = 0 } = page.viewportSize() ?? {};
  await page.screenshot({ path: path.join(PICTURES, `${name}-${width}.png`), fullPage: true });
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe finds by WCAG 2.2 A and AA, serious and critical ones. */
export async function violations(page: Page): Promise<string[]> {
  // Through the debugger: the page's own policy lets no foreign script in.
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: Violation[] }> };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    return (await run.run({ runOnly: { type: 'tag', values: tags } })).violations;
  });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} — ${node.failureSummary}`));
}
