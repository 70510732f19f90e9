/** What the environment may say, and what a wrong value gets. */
import path from 'node:path';
import { ConfigurationError, PROJECT_ROOT, readEnvironment } from '../../config/env';

describe('without any variable', () => {
  const environment = readEnvironment({});

  test('everything is embedded, in trial mode, on the ports that the documentation names', () => {
    expect(environment).toMatchObject({
      port: 3000,
      temporalPort: 7233,
      temporalUiPort: 8233,
      postgresPort: 5433,
      smtpPort: 1025,
      fakesPort: 0,
      bind: '127.0.0.1',
      dataDir: path.join(PROJECT_ROOT, '.fugong'),
      temporalNamespace: 'default',
      mode: 'trial',
      signingKeyFile: path.join(PROJECT_ROOT, '.fugong', 'signing-key'),
      workerKeyFile: path.join(PROJECT_ROOT, '.fugong', 'worker-key'),
      personalKeyFile: path.join(PROJECT_ROOT, '.fugong', 'personal-key'),
      rootKeyFile: path.join(PROJECT_ROOT, '.fugong', 'root-key'),
      rootPublicKeyFile: path.join(PROJECT_ROOT, '.fugong', 'root-key.pub'),
      fourthBuild: 'end',
      otherSdk: 'refuse',
    });
    expect(environment.temporalAddress ?? environment.databaseUrl ?? environment.smtpUrl).toBeUndefined();
  });

  test('downloads stay in the data folder, for there is no home', () => {
    expect(environment.cacheDirs).toEqual([path.join(PROJECT_ROOT, '.fugong', 'cache')]);
  });
});

test('an empty variable counts as none', () => {
  expect(readEnvironment({ PORT: '', DATABASE_URL: '', FUGONG_MODE: '' })).toEqual(readEnvironment({}));
});

test('trusted proxies are addresses and ranges; nobody is one by default', () => {
  expect(readEnvironment({}).trustedProxies).toEqual([]);
  const all = '127.0.0.1, 10.0.0.0/8 fd00::/8,::1';
  expect(readEnvironment({ TRUSTED_PROXIES: all }).trustedProxies).toEqual([
    '127.0.0.1',
    '10.0.0.0/8',
    'fd00::/8',
    '::1',
  ]);
});

test('acts a minute are limited, unless somebody says off', () => {
  const limitsOf = (variables: Record<string, string>) => {
    const { accountActsPerMinute, caseActsPerMinute } = readEnvironment(variables);
    return [accountActsPerMinute, caseActsPerMinute];
  };
  expect(limitsOf({})).toEqual([120, 60]);
  expect(limitsOf({ ACCOUNT_ACTS_PER_MINUTE: 'off', CASE_ACTS_PER_MINUTE: '1' })).toEqual([null, 1]);
});

test('paths are made absolute from the folder in which the command was typed', () => {
  const { dataDir, programme, signingKeyFile } = readEnvironment({ DATA_DIR: 'd', PROGRAMME: 'p.yaml' });
  expect([dataDir, programme, signingKeyFile]).toEqual(['d', 'p.yaml', 'd/signing-key'].map((p) => path.resolve(p)));
});

test.each([
  [{ XDG_CACHE_HOME: '/x', HOME: '/h' }, '/x/fugong'],
  [{ HOME: '/h' }, '/h/.cache/fugong'],
  [{ XDG_CACHE_HOME: 'relative' }, undefined],
])('the cache of %j is at %s', (variables, expected) => {
  const [first, second] = readEnvironment({ ...variables, DATA_DIR: '/d' }).cacheDirs;
  expect([first, second].filter((folder) => folder !== '/d/cache')[0]).toBe(expected);
});

describe('the mode', () => {
  test.each([
    ['TEMPORAL_ADDRESS', 'temporal.example:7233'],
    ['DATABASE_URL', 'postgres://fugong@db.example/fugong'],
    ['SMTP_URL', 'smtp://mail.example'],
  ])('is live when %s names a real part', (name, value) => {
    expect(readEnvironment({ [name]: value }).mode).toBe('live');
    expect(readEnvironment({ [name]: value, FUGONG_MODE: 'trial' }).mode).toBe('trial');
  });
});

describe('a wrong value is named with what is expected', () => {
  test.each([
    ['PORT', 'abc'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '30.5'],
    ['PORT', '0x10'],
    ['TEMPORAL_PORT', '7233 '],
    ['BIND', 'everywhere'],
    ['DATABASE_URL', 'foo://user:secret@host/db'],
    ['DATABASE_URL', 'localhost:5432'],
    ['DATABASE_URL', 'postgres://'],
    ['TEMPORAL_ADDRESS', 'localhost'],
    ['TEMPORAL_ADDRESS', 'http://localhost:7233'],
    ['TEMPORAL_ADDRESS', 'localhost:0'],
    ['SMTP_URL', 'mail.example'],
    ['SMTP_URL', 'http://mail.example'],
    ['FUGONG_MODE', 'production'],
    ['LOG_LEVEL', 'loud'],
    ['TRUSTED_PROXIES', 'proxy.example'],
    ['ACCOUNT_ACTS_PER_MINUTE', '0'],
    ['ACCOUNT_ACTS_PER_MINUTE', '-5'],
    ['CASE_ACTS_PER_MINUTE', 'none'],
    ['CASE_ACTS_PER_MINUTE', '1000000'],
    ['CASE_ACTS_PER_MINUTE', '1.5'],
    ['TRUSTED_PROXIES', '10.0.0.1,10.0.0.0/33'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TRUSTED_PROXIES', '::/129'],
    ['TRUSTED_PROXIES', 'true'],
  ])('%s=%s', (name, value) => {
    const reading = () => readEnvironment({ [name]: value });
    expect(reading).toThrow(ConfigurationError);
    expect(reading).toThrow(new RegExp(`^${name} must be [^\\n]+\\.$`));
    expect(reading).not.toThrow(/secret/);
  });

  test('several wrong values get one line each', () => {
    expect(() => readEnvironment({ PORT: 'x', SMTP_URL: 'y' })).toThrow(/^PORT must be .+\.\nSMTP_URL must be .+\.$/);
  });
});

describe('two parts on one port', () => {
  test('are refused', () => {
    expect(() => readEnvironment({ PORT: '5433' })).toThrow('POSTGRES_PORT must differ from PORT: both are 5433.');
  });

  test('are fine when one of them is not started here', () => {
    expect(readEnvironment({ PORT: '5433', DATABASE_URL: 'postgres://host/db' }).port).toBe(5433);
  });

  test('are fine when each takes any free port', () => {
    expect(readEnvironment({ PORT: '0', POSTGRES_PORT: '0', SMTP_PORT: '0' }).port).toBe(0);
  });
});
