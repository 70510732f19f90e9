/** One call to a server of Weixin (企业微信, 公众平台): what it answered, or that it did not. */

/** Judged by `errcode`, not by the HTTP status; some answers that are good have none. */
export interface Answer {
  readonly errcode?: number;
  readonly [field: string]: unknown;
}

/** The server could not be reached, was too slow, or said something else than JSON. The message is one short word for a reason. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * Posts an object as raw UTF-8 JSON, or a form. Throws a NoAnswer, and nothing else for what the other side does. The address
 * holds a key or a token: nothing that is thrown here carries it, nor what fetch says about it.
 */
export async function callWeixin(address: URL, content: object | FormData, signal: AbortSignal): Promise<Answer> {
  const posted =
    content instanceof FormData
      ? { body: content }
      : { body: JSON.stringify(content), headers: { 'content-type': 'application/json; charset=utf-8' } };
  let answered: unknown;
  try {
    // A redirect would hand the key on to whoever it leads to.
    const response = await fetch(address, { method: 'POST', redirect: 'error', signal, ...posted });
    const text = await response.text();
    if (!response.ok) throw new NoAnswer(`HTTP ${response.status}`);
    answered = JSON.parse(text);
  } catch (error) {
    throw error instanceof NoAnswer ? error : new NoAnswer(wordFor(error as FetchError));
  }
  if (typeof answered !== 'object' || answered === null) throw new NoAnswer('no JSON object');
  return answered as Answer;
}

interface FetchError {
  readonly name: string;
  /** Node's own error below fetch's "fetch failed": `ECONNREFUSED`, `ENOTFOUND` … */
  readonly cause?: { readonly code?: string };
}

function wordFor({ name, cause }: FetchError): string {
  if (name === 'TimeoutError') return 'timeout';
  return name === 'SyntaxError' ? 'no JSON' : (cause?.code ?? 'no connection');
}
