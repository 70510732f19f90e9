/** Some hundred random histories, recorded: what is rare happens in them as well, as a case that ends while PostgreSQL is away. */
import { recordHistories } from './recorded-histories';

recordHistories(300);
