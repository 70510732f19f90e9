/** For which enterprises a part of an edition is: the one question that its items, preparations and whatever says `for` are asked by. */

export const ENTERPRISE_KINDS = ['factory', 'supermarket'] as const;
export type EnterpriseKind = (typeof ENTERPRISE_KINDS)[number];

/** Attributes of an enterprise by which a part may say for whom it is. */
export const ATTRIBUTES = ['kind'] as const;
type Attribute = (typeof ATTRIBUTES)[number];
export type Attributes = { readonly kind: EnterpriseKind };

/** For whom: of each attribute that it names, one of its values. Absent, or without attributes: for every enterprise. */
export type For = { readonly [A in Attribute]?: readonly Attributes[A][] };

export function holds(forWhom: For | undefined, enterprise: Attributes): boolean {
  if (forWhom === undefined) return true;
  return ATTRIBUTES.every((attribute) => forWhom[attribute]?.includes(enterprise[attribute]) ?? true);
}

interface Addressed {
  readonly for?: For;
  /** As preparations of older editions say it; cases carry them on. */
  readonly kinds?: readonly EnterpriseKind[];
}

/** Those of the parts that are for this enterprise, in their order. */
export function heldFor<Part extends Addressed>(parts: readonly Part[], enterprise: Attributes): Part[] {
  return parts.filter((part) => holds(part.for ?? (part.kinds && { kind: part.kinds }), enterprise));
}
