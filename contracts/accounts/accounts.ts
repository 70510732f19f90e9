/** What the API takes and answers about accounts: signing in, and who somebody is. */
import { z } from 'zod';
import { ROLES } from '../../domain/ledger/entry';
import { typed } from '../http/fields';

/** More than a password manager makes; argon2 reads all of it. */
const PASSWORD_LIMIT = 256;

export const signInBody = z.strictObject({
  login: typed(80, 'Login 用户名'),
  password: typed(PASSWORD_LIMIT, 'Password 密码'),
});

export const accountView = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  department: z.string().optional(),
  enterprise: z.string().optional(),
  village: z.string().optional(),
});
export const meView = accountView.extend({ mode: z.enum(['trial', 'live']) });
