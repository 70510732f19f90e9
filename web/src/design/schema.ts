/** The shapes of acts, read from the API's own description, so that a form and the check behind it are one. */
import type { CommandType } from '../../../domain/case/commands';
import { routeOf } from '../../../contracts/case/routes';
import { useRead } from '../http/reads';

export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly 'x-names'?: 'text' | 'account' | 'document' | 'person';
}

interface Operation {
  readonly requestBody?: { readonly content: { readonly 'application/json'?: { readonly schema: Schema } } };
}

interface Description {
  readonly paths: Readonly<Record<string, { readonly post?: Operation }>>;
}

export function useDescription() {
  const found = useRead<Description>('/openapi.json');
  /** Of the act at an address, as the description writes it. */
  const schemaAt = (address: string) =>
    found.data?.paths[address]?.post?.requestBody?.content['application/json']?.schema;
  return { ...found, schemaAt, schemaOf: (type: CommandType) => schemaAt(`/reopenings/{case}/${routeOf(type)}`) };
}
