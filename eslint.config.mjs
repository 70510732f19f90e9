/** Typed lint: no promise is forgotten, and every folder imports only what its wall lets through (docs/ARCHITECTURE.md). */
import tseslint from 'typescript-eslint';
import { DOORS, doorTo, WALLS } from './test/architecture/walls.mjs';

const doors = Object.entries(DOORS).map(([module, { message }]) => ({ regex: doorTo(module), message }));
const restricted = (patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });
const walls = Object.entries(WALLS).flatMap(([folder, { forbidden, message }]) => {
  const wall = { regex: forbidden, message };
  const opened = Object.values(DOORS).flatMap(({ only }) => only.filter((file) => file.startsWith(`${folder}/`)));
  return [
    { files: [`${folder}/**/*.ts`, `${folder}/**/*.tsx`], rules: restricted([wall, ...doors]) },
    ...(opened.length > 0 ? [{ files: opened, rules: restricted([wall]) }] : []),
  ];
});

export default tseslint.config(
  { ignores: ['node_modules/', 'build/', '.fugong/', '**/*.js', '**/*.mjs', 'web/vite.config.mts', '**/*.d.ts'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      // Handlers and ports return promises whether or not one of them waits.
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'config/env.ts is the only reader of the environment.',
        },
      ],
    },
  },
  { files: ['config/env.ts', 'test/**/*.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    // These tests ask what the JSON of an answer says, not what a type promises of it.
    files: ['test/api/**/*.ts', 'test/browser/**/*.ts', 'test/story/**/*.ts'],
    rules: Object.fromEntries(
      ['assignment', 'member-access', 'call', 'argument', 'return'].map((use) => [
        `@typescript-eslint/no-unsafe-${use}`,
        'off',
      ]),
    ),
  },
  {
    files: ['domain/**/*.ts', 'workflows/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'Deterministic code knows no process.' },
        { name: 'setInterval', message: 'Use the timer of the workflow.' },
      ],
    },
  },
  ...walls,
);
