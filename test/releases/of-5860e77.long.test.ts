/** A data folder that the first release in use has filled goes on under today's code: cases in every phase, what they owe, and the ledger. */
import { goesOn } from './goes-on';
import { opened } from './release-folder';

goesOn(() => opened('5860e77'));
