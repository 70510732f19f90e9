/** Who is signed in, as `/me` says. */
import type { z } from 'zod';
import type { meView } from '../../../contracts/accounts/accounts';

export type Me = z.output<typeof meView>;
