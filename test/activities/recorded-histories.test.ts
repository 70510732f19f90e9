/** A handful of random histories, recorded. `recorded-histories.long.test.ts` records some hundred. */
import { recordHistories } from './recorded-histories';

recordHistories(12);
