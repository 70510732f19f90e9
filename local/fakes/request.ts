/** What the fakes of other people's servers see of a request, and what they share in answering. */
import { randomBytes } from 'node:crypto';

export interface FakeRequest {
  readonly method: string;
  /** With the query; the host is of no interest. */
  readonly url: URL;
  readonly contentType: string;
  readonly body: Buffer;
}

/** The JSON that is answered, always with HTTP 200; undefined: not a request for this fake. */
export type FakeAnswer = Readonly<Record<string, unknown>> | undefined;

export type Fields = Readonly<Record<string, unknown>>;

/** Undefined for what is no JSON object. */
export function fieldsOf(body: Buffer): Fields | undefined {
  try {
    return asFields(JSON.parse(body.toString('utf8')));
  } catch {
    return undefined;
  }
}

export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

export function refusal(errcode: number, errmsg: string): FakeAnswer {
  return { errcode, errmsg };
}

/** Long and without a meaning, like those of the platforms. */
export function newId(): string {
  return randomBytes(24).toString('base64url');
}
