/** What the API answers about an uploaded file. */
import { z } from 'zod';

export const documentView = z.object({
  id: z.string(),
  name: z.string(),
  mediaType: z.string(),
  bytes: z.int(),
});
