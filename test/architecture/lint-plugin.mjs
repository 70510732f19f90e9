/** The walls of the house as a lint rule: an import that they do not let through is told at its place. */
import path from 'node:path';
import { breachOf } from './walls.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');

const walls = {
  create(context) {
    const file = path.relative(ROOT, context.filename).split(path.sep).join('/');
    const check = ({ source }) => {
      const message = source && typeof source.value === 'string' && breachOf(file, source.value);
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

export default { meta: { name: 'house' }, rules: { walls } };
