/** Answers for the headers that keep a browser from doing more with an answer than it is meant for. */

/** For answers that are data: nothing may be loaded, framed, sniffed or kept by a cache on the way. */
export const CLOSED_HEADERS: { readonly [name: string]: string } = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** For a file that somebody uploaded: saved, never shown, and powerless if it is opened all the same. */
export const FILE_HEADERS: { readonly [name: string]: string } = {
  ...CLOSED_HEADERS,
  'Content-Security-Policy': "sandbox; default-src 'none'",
};

/** For /docs: own scripts only and none in the page; the reader of OpenAPI documents sets styles by script. */
export const PAGE_HEADERS: { readonly [name: string]: string } = {
  ...CLOSED_HEADERS,
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
    "font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  // An hour: the files change with a release only.
  'Cache-Control': 'max-age=3600',
};
