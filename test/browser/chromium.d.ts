/** Undefined: there is none. */
export function chromiumPath(): string | undefined;
