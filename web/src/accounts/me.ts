/** Who is signed in, as `/me` says. */
import type { z } from 'zod';
import type { meView } from '../../../contracts/case/resources';

export type Me = z.output<typeof meView>;
