/** Typed lint: no promise is forgotten, and every folder imports only what its wall lets through (docs/ARCHITECTURE.md). */
import path from 'node:path';
import tseslint from 'typescript-eslint';
import { breachOf } from './test/architecture/walls.mjs';

/** The walls as a rule: an import that they do not let through is told at its place. */
const walls = {
  create: (context) => {
    const file = path
      .relative(import.meta.dirname, context.filename)
      .split(path.sep)
      .join('/');
    const check = ({ source }) => {
      const message = source && breachOf(file, source.value);
      if (message) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      TSImportType: check,
    };
  },
};

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
  { plugins: { house: { rules: { walls } } }, rules: { 'house/walls': 'error' } },
);
