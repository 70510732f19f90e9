/** The English words for what the glossary has Chinese ones for (docs/glossary.md): for notices in English. */
import type { DutyKind } from '../../domain/case/agenda';
import type { CommandType, ReportAlarm } from '../../domain/case/commands';
import type { Phase } from '../../domain/case/state';
import type { NamedDepartments } from './glossary';

export const PHASE_NAMES_ENGLISH: { readonly [P in Phase]: string } = {
  survey: 'survey',
  plan: 'plan',
  'sign-offs': 'sign-offs',
  stationing: 'stationing',
  operating: 'operating',
  suspended: 'suspended',
  completed: 'completed',
  withdrawn: 'withdrawn',
  refused: 'refused',
};

export const DUTY_NAMES_ENGLISH: { readonly [K in DutyKind]: string } = {
  survey: 'the survey on site',
  commitment: 'the written commitment',
  evidence: 'evidence for a requirement',
  recheck: 'the recheck of a requirement',
  plan: 'the reopening plan',
  'sign-off': 'the sign-off',
  rectification: 'the mended materials',
  consultation: 'an answer to a consultation',
  team: 'the service team',
  liaison: "the liaison's assignment",
  arrival: "the liaison's arrival",
  test: 'test results of a round',
  results: 'pending test results',
  untested: 'an account of the untested',
  certification: "a sampler's certificate",
  visit: 'a mobile sampling visit',
  'incident-isolate': 'isolation on site',
  'incident-recheck': 'the nucleic acid recheck',
  'incident-inform': 'the report to epidemic control',
  'incident-suspend': 'the decision on the scope of suspension',
  'incident-transfer': 'the transfer',
  'incident-disinfect': 'terminal disinfection',
  'incident-trace': 'contact tracing',
  'order-confirmation': 'confirmation of a top-up order',
  'order-back-order': 'goods for a back order',
  'order-dispatch': 'the dispatch of supplies',
  'order-delivery': 'a delivery of supplies',
  'order-receipt': 'receipt of supplies',
  deviation: 'an account of a deviation',
  finding: 'a finding of an inspection',
  report: 'the daily report',
  'suspension-review': 'the review of a suspension',
  closing: 'the closing of the case',
};

export const COMMAND_NAMES_ENGLISH: { readonly [T in CommandType]: string } = {
  recordSurvey: 'survey',
  commit: 'commitment',
  submitEvidence: 'evidence',
  recheckRequirement: 'recheck',
  addMaterial: 'material',
  guide: 'guidance',
  submitPlan: 'plan',
  approve: 'approval',
  approveWithConditions: 'approval with conditions',
  returnPlan: 'return',
  veto: 'veto',
  transfer: 'transfer',
  consult: 'consultation',
  answerConsultation: 'answer to a consultation',
  takeBack: 'taking back',
  urge: 'urging',
  copy: 'copy',
  issueNotice: 'rectification notice',
  formTeam: 'service team',
  assignLiaison: "liaison's assignment",
  arrive: 'arrival',
  nameStandIn: 'stand-in',
  handOver: 'hand-over',
  reportTests: 'test sheet',
  correctTests: 'corrected test sheet',
  accountForUntested: 'account of the untested',
  nameSampler: 'sampler',
  certifySampler: "sampler's certificate",
  requestVisit: 'request for a sampling visit',
  completeVisit: 'sampling visit',
  reportRecheck: 'result of the recheck',
  takeIncidentStep: 'step of an incident',
  requestSupplies: 'order of supplies',
  confirmOrder: 'confirmation of an order',
  cancelOrder: 'cancellation of an order',
  dispatchOrder: 'dispatch',
  deliverOrder: 'delivery',
  receiveOrder: 'receipt',
  countSupplies: 'count of supplies',
  reportMovements: 'list of movements',
  followUpDeviation: 'account of a deviation',
  formSelfManagement: 'self-management team',
  recordInspection: 'inspection',
  closeFinding: 'closing of a finding',
  reportDay: 'daily report',
  suspend: 'suspension',
  lift: 'lifting',
  complete: 'closing',
  withdraw: 'withdrawal',
};

export const ALARM_NAMES_ENGLISH: { readonly [A in ReportAlarm]: string } = {
  'epidemic-abnormal': 'the epidemic status is abnormal',
  'production-stopped': 'production has stopped',
};

const OWNERS_ENGLISH: { readonly [owner: string]: string } = {
  official: 'Town official',
  enterprise: 'Enterprise',
  liaison: 'Liaison',
  storekeeper: 'Storekeeper',
  health: 'Health centre',
  volunteer: 'Volunteer',
};

/** A department by the name that the edition gives it: it has no other. */
export function ownerNameEnglish(owner: string, edition: NamedDepartments): string {
  const department = edition.departments.find((one) => owner === `department/${one.id}`);
  return department?.name ?? OWNERS_ENGLISH[owner] ?? owner;
}
