/** Records behind the case's answers, one batch at a time, and takes in what PostgreSQL answers. */
import type { RecordBatch, Recorded } from '../../contracts/case/views';
import type { Instant } from '../../domain/programme/edition';
import { record } from '../activity-proxies';
import { LEDGER_REFUSALS } from '../../contracts/case/failures';
import { typeOfActivityFailure } from '../failures';
import { Alarm } from './alarm';
import type { Case } from './case';
import { recordSummary, SearchAttributesShown, showDetails } from './display';

/**
 * An act of a person is recorded at once; what follows within a second of it is gathered into one batch, and so are search
 * attributes: under a burst that halves the server's work per act (docs/measured.md). Shorter than the 2 s for which a read
 * of one's own writes waits (docs/adr/0003-recording-bursts.md).
 */
const BURST_MS = 1000;
/** A ledger that refuses a batch needs a person; the case looks again this often. */
const REFUSED_AGAIN_MS = 10 * 60_000;
/** Any other failure of the activity itself is tried again after this, then after twice as long … */
const FIRST_AGAIN_MS = 1000;
/** … and at most after this. */
const LAST_AGAIN_MS = 60_000;

export class LedgerWriter {
  readonly #gathered: Alarm;
  readonly #shown = new SearchAttributesShown();
  #isRecording = false;
  /** The next batch waits until then: for the end of a burst, or after a failure. */
  #notBefore: Instant = 0;
  #failures = 0;

  constructor(private readonly theCase: Case) {
    this.#gathered = new Alarm(() => theCase.stir());
  }

  issue(): void {
    const { theCase } = this;
    showDetails(theCase.state, theCase.needsAttention);
    // A recording may be on its way for days, and a person is needed now.
    if (!this.#shown.says(theCase.needsAttention)) this.#shown.upsert(theCase.state, theCase.needsAttention);
    if (this.#isRecording) return;
    const { now } = theCase;
    const waits = now < this.#notBefore && (this.#failures > 0 || !theCase.closed);
    if (!theCase.isRecordingDue) this.#shown.upsert(theCase.state, theCase.needsAttention);
    else if (!waits) this.#record(now);
    else this.#gather();
  }

  #record(now: Instant): void {
    const { theCase } = this;
    this.#isRecording = true;
    this.#notBefore = now + BURST_MS;
    const batch = theCase.nextBatch();
    this.#shown.upsert(theCase.state, theCase.needsAttention);
    theCase.follow(
      record(batch, recordSummary(batch)),
      (recorded) => this.#arrived(batch, recorded),
      (error) => this.#failed(batch, error),
    );
  }

  #arrived(batch: RecordBatch, { recording, facts }: Recorded): void {
    const { theCase } = this;
    // An answer to something else, from somebody with Temporal's port: as if there were none.
    if (recording !== batch.recording || (batch.questions !== null && facts === null)) {
      return this.#failed(batch, new Error('another answer'));
    }
    this.#isRecording = false;
    this.#failures = 0;
    theCase.recordings.arrived();
    theCase.attend('ledger', null);
    if (facts === null) return;
    theCase.learn(facts, Date.now());
    // What PostgreSQL tells is recorded without waiting for more.
    this.#notBefore = 0;
  }

  /** Whatever it was, the case goes on; what was to be recorded is recorded with the next try. */
  #failed({ questions }: RecordBatch, error: unknown): void {
    const { theCase } = this;
    this.#isRecording = false;
    theCase.recordings.failed();
    if (questions) theCase.askAgain(questions);
    const refusal = LEDGER_REFUSALS.find((type) => type === typeOfActivityFailure(error));
    theCase.attend('ledger', refusal ?? 'RecordingFails');
    const again = Math.min(LAST_AGAIN_MS, FIRST_AGAIN_MS * 2 ** Math.min(this.#failures, 10));
    this.#failures += 1;
    this.#notBefore = Date.now() + (refusal ? REFUSED_AGAIN_MS : again);
  }

  #gather(): void {
    const { theCase } = this;
    const reason = theCase.needsAttention;
    const summary = this.#failures === 0 ? '合并记账' : `台账写入未成功(${reason ?? ''}),稍后再试`;
    if (this.#gathered.at === null) this.#gathered.set(this.#notBefore, theCase.now, summary);
  }
}
