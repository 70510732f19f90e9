/** A thousand random histories, some twenty seconds: what an ordinary mistake in a rule breaks. `histories.long.test.ts` tells twenty thousand. */
import { tellHistories } from './random-histories';

tellHistories(1000);
