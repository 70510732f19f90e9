/** What every part of a case's page is given. */
import type { CommandType } from '../../../domain/case/commands';
import type { CaseView } from '../../../contracts/case/views';
import type { AgendaItem, CaseAnswer } from './acting/view';

export type Of = Omit<CaseAnswer, 'view'> & { readonly view: CaseView };

export interface Part {
  readonly of: Of;
}

export interface ActingPart extends Part {
  readonly begin: (type: CommandType, duty?: Pick<AgendaItem, 'id' | 'kind'>) => void;
}
