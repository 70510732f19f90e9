/** Twenty thousand random histories: what is rare happens in them as well, every command, every refusal and every phase. */
import { everythingHappens, tellHistories } from './random-histories';

tellHistories(20_000);
everythingHappens();
