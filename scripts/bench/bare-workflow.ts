/** Contender (b)'s workflow: answers the same Updates as a case with answers of the same size, and does nothing else. */
import { condition, defineUpdate, setHandler } from '@temporalio/workflow';

/** One of a case's messages as a full case had it. */
export interface BareMessage {
  readonly update: string;
  /** UTF-8 bytes of the answer as JSON. */
  readonly answerBytes: number;
}

/** The two quotation marks around a text in JSON. */
const QUOTES = 2;

/** Ends after the last of `messages`; each update answers in the order in which the messages name it. */
export async function bare(messages: readonly BareMessage[]): Promise<void> {
  let answered = 0;
  for (const update of new Set(messages.map((message) => message.update))) {
    setHandler(defineUpdate<string, [unknown]>(update), () => {
      const bytes = messages[answered]?.answerBytes ?? QUOTES;
      answered += 1;
      return 'x'.repeat(bytes - QUOTES);
    });
  }
  await condition(() => answered >= messages.length);
}
