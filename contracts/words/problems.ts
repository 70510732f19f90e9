/** Every reason for which a request is refused: its stable code, its HTTP status, and what it says in Chinese and English. */
import {
  OUTSIDE_REJECTIONS,
  REJECTIONS,
  type OutsideRejectionCode,
  type RejectionCode,
  type RejectionSort,
  type Wrong,
} from '../../domain/ledger/rejection';
import { inWords as wordFor, NO_NAMES, sentence, type Naming } from './problem-words';

interface Words {
  /** `{name}` stands for a member of the problem's `about`; in Chinese for its name (contracts/words/problem-words.ts). */
  readonly zh: string;
  readonly en: string;
}

/** What each sort of rejection is over HTTP. */
const STATUS_OF_SORT: { readonly [S in RejectionSort]: number } = {
  forbidden: 403,
  unknown: 404,
  conflict: 409,
  rule: 422,
};

/** The refusals of the rules (domain/ledger/rejection.ts). */
const REJECTION_WORDS: { readonly [Code in RejectionCode]: Words } = {
  forbidden: { zh: '您的身份无权办理此事项。', en: 'Your role may not do this.' },
  'wrong-department': { zh: '只能由本部门人员办理。', en: "Only that department's own people may do this." },
  'transferred-away': { zh: '已转办给他人，须由其办理。', en: 'It was transferred to somebody else, who must do it.' },
  'not-stationed': {
    zh: '您当日不是该企业的驻企联络员。',
    en: 'You are not the liaison of this enterprise on that day.',
  },
  'not-consulted': { zh: '征求意见的对象不是您。', en: 'It is not you who was consulted.' },
  'not-the-signer': { zh: '只有签批人本人可以撤回。', en: 'Only the person who signed may take it back.' },
  'veto-not-absolute': { zh: '本部门没有一票否决权。', en: 'This department has no absolute veto.' },
  'unknown-department': { zh: '方案中没有这个部门。', en: 'There is no department {department}.' },
  'unknown-material': { zh: '方案中没有这项材料。', en: 'There is no material {material}.' },
  'unknown-preparation': {
    zh: '方案中没有适用于这类企业的这个准备事项。',
    en: 'There is no preparation {preparation} for this kind of enterprise.',
  },
  'unknown-requirement': { zh: '没有这项改进要求。', en: 'There is no requirement {requirement}.' },
  'unknown-consultation': { zh: '没有这次征求意见。', en: 'There is no consultation {consultation}.' },
  'unknown-duty': {
    zh: '没有可催办的这项待办，可能刚刚办完。',
    en: 'There is no duty {duty} that could be urged now.',
  },
  'unknown-round': {
    zh: '没有可办理的这一检测轮次，可能方案中没有、尚未开始或结束已久：{round}。',
    en: 'There is no test round {round}.',
  },
  'unknown-checklist-item': {
    zh: '核查清单里没有所勾选的某一项，请刷新后再办。',
    en: 'The checklist has no item {item}.',
  },
  'unknown-waiver': {
    zh: '未结事项里没有所写的某一项，可能已经办结，请刷新后再办。',
    en: 'Nothing outstanding is called {item}.',
  },
  'unknown-incident': { zh: '没有这项异常处置。', en: 'There is no incident {incident}.' },
  'unknown-order': { zh: '没有这张在办的申领单。', en: 'There is no order {order}.' },
  'unknown-item': { zh: '没有这种物资。', en: 'The programme has no item {item}.' },
  'unknown-visit': { zh: '没有这次流动采样。', en: 'There is no visit {visit}.' },
  'unknown-deviation': { zh: '没有这项待核实的违规外出。', en: 'There is no open deviation {deviation}.' },
  'unknown-finding': { zh: '没有这项待整改的问题。', en: 'There is no open finding {finding}.' },
  'unknown-suspension': {
    zh: '没有说明解除哪一项停工，或者这项停工已经解除，请刷新后再办。',
    en: 'There is no suspension {suspension}; there are: {known}.',
  },
  'not-the-next-step': {
    zh: '异常处置须按顺序办理，下一步是{next}。',
    en: 'The steps are taken in their order; the next one is {next}.',
  },
  'incident-under-way': {
    zh: '异常处置尚未完成（{step}），不能解除停工。',
    en: 'The emergency plan is not done yet ({step} is next): nothing is lifted before.',
  },
  'end-held': {
    zh: '异常处置或停工尚未解除，不能撤回或办结；请先完成处置，并由有权部门书面解除。',
    en: 'An incident or a suspension is still open: the case can be neither withdrawn nor closed before it is over and lifted.',
  },
  'not-allocated': {
    zh: '库存没有分配这么多，现可发放：{ready}。',
    en: 'So much is not allocated; ready to dispatch: {ready}.',
  },
  'not-on-the-way': { zh: '该批次没有这些在途物资。', en: 'This is not what the consignment carries.' },
  'stale-consignment': {
    zh: '批次号应为 {current}，请刷新后再办。',
    en: 'The next consignment is {current}; look again.',
  },
  'sampling-missing': {
    zh: '核酸检测须说明采样方式：自主采样或流动采样。',
    en: 'A nucleic-acid sheet says how samples were taken: self or mobile.',
  },
  'no-certified-sampler': {
    zh: '自主采样须由卫生服务中心发证的采样员进行。',
    en: 'Self-sampling needs a sampler whom the health centre has certified.',
  },
  'not-named': { zh: '企业尚未推荐此人为采样员。', en: 'The enterprise has not named this person as a sampler.' },
  'too-many': { zh: '数量过多或重复。', en: 'Too many, or the same one twice.' },
  'case-closed': { zh: '该复工事项已经办结或终止。', en: 'The case is closed.' },
  'wrong-phase': {
    zh: '当前阶段（{phase}）不能办理此事项。',
    en: 'This is not possible in phase {phase}; it is in: {possibleIn}.',
  },
  'already-done': { zh: '此事项已经办过。', en: 'This has been done already.' },
  'stale-version': {
    zh: '您所见的版本不是现行版本，请刷新后再办。',
    en: 'What you saw is not the version that counts now; look again.',
  },
  'stale-round': {
    zh: '您所见的会签轮（{yours}）已不是现行轮次（{current}）。',
    en: 'The round you saw ({yours}) is over or not the current one ({current}).',
  },
  'materials-frozen': { zh: '会签期间材料已冻结。', en: 'Materials are frozen while a round is on.' },
  'not-asked': { zh: '本轮会签不需要贵部门签批。', en: 'This round does not ask your department.' },
  'nothing-to-take-back': { zh: '没有可撤回的签批。', en: 'There is no act to take back.' },
  'no-evidence-yet': { zh: '尚未提交整改佐证。', en: 'The evidence is still missing.' },
  'round-not-open': {
    zh: '该检测轮次尚未开始，或尚无可更正的结果（{round}）。',
    en: 'Round {round} has nothing for this yet.',
  },
  'stand-in-overlap': {
    zh: '所选日期已有代班人（{from}至{to}）。',
    en: 'There already is a stand-in from {from} to {to}.',
  },
  'readiness-incomplete': { zh: '准备情况没有填全，还缺：{missing}。', en: 'Readiness is missing for: {missing}.' },
  'weak-link-missing': {
    zh: '标为欠缺的准备事项须写明薄弱环节，涉及：{preparations}。',
    en: 'What is lacking needs a weak link with its requirement: {preparations}.',
  },
  'wrong-rulebook': { zh: '承诺的对象不符，应为{rulebook}。', en: 'The rulebook to commit to is {rulebook}.' },
  'opinion-required': { zh: '此项办理必须写明意见或理由。', en: 'An opinion or a reason is compulsory here.' },
  'checklist-incomplete': {
    zh: '核查清单没有核全，还缺：{missing}。',
    en: 'Checklist items are not ticked: {missing}.',
  },
  'not-reviewed': {
    zh: '所列材料不由贵部门审核（{material}）。',
    en: 'Your department does not review material {material}.',
  },
  'materials-missing': { zh: '材料不齐，还缺：{missing}。', en: 'Materials are missing: {missing}.' },
  'material-not-renewed': {
    zh: '一次性告知书点名的材料尚未更新，涉及：{materials}。',
    en: 'Materials named in the rectification notice have no new version: {materials}.',
  },
  'requirements-open': {
    zh: '仍有改进要求未通过复核，共 {requirements} 项。',
    en: 'Improvement requirements are still open: {requirements}.',
  },
  'not-yet-overdue': {
    zh: '还有部门尚在会签时限内，涉及：{departments}。',
    en: 'These departments still have time: {departments}.',
  },
  'nothing-to-notify': { zh: '没有需要告知的缺陷。', en: 'There is no defect to notify.' },
  'too-soon': { zh: '刚刚催办过，请稍后再催。', en: 'It was urged a short while ago.' },
  'team-incomplete': { zh: '队伍组成不齐，还缺：{missing}。', en: 'The service team lacks members from: {missing}.' },
  'no-liaison': { zh: '尚未指派驻企联络员。', en: 'No liaison has been assigned yet.' },
  'wrong-role': {
    zh: '所指人员的身份不符，应为{needed}。',
    en: 'The person named has the wrong role; needed: {needed}.',
  },
  'wrong-date': { zh: '日期不在允许的范围内。', en: 'The date is out of the range allowed here.' },
  'counts-do-not-add-up': {
    zh: '各项之和（{sum}）与应检人数（{owed}）不符。',
    en: 'The parts add up to {sum}, owed are {owed}.',
  },
  'too-early': { zh: '现在办理为时过早。', en: 'It is too early for this.' },
  outstanding: {
    zh: '仍有未结事项，须办结或写明理由豁免：{items}。',
    en: 'Outstanding, to be settled or waived with a reason: {items}.',
  },
};

/** The refusals of acts outside a case. */
const OUTSIDE_WORDS: { readonly [Code in OutsideRejectionCode]: Words } = {
  'purchase-closed': { zh: '集采已截单。', en: 'The group purchase takes no more orders.' },
  'purchase-open': { zh: '集采尚未截单。', en: 'The group purchase still takes orders.' },
  'wrong-state': { zh: '当前状态（{status}）不能办理。', en: 'Not possible in state {status}.' },
  'stock-promised': {
    zh: '盘点数少于已分配给申领单的数量，请先取消或发放相应申领单。已分配：{items}。',
    en: 'Less was counted than is promised to orders: {items}.',
  },
  'unknown-purchase': { zh: '没有这次集采。', en: 'There is no such group purchase for you.' },
  'not-chronic': {
    zh: '代配药仅限登记有慢性病的员工。',
    en: 'Medicines are for employees with a chronic disease.',
  },
  'personal-data': {
    zh: '内容含个人信息，不能发到群或公众号，请删去后再发。',
    en: 'It holds personal data ({what}: {shown}), which must not go to groups or to everybody.',
  },
  'cover-missing': {
    zh: '发公众号须有封面图片。',
    en: 'The official account needs a cover picture.',
  },
  'nobody-to-tell': {
    zh: '没有符合条件的企业，也没有选择群或公众号。',
    en: 'No enterprise fits the audience, and neither a group nor the official account is chosen.',
  },
  'not-epidemic-control': {
    zh: '免检只能由{department}批准，企业和其他部门不能登记，请联系{department}。',
    en: 'Only the department of epidemic control exempts somebody from tests; ask it.',
  },
  'unknown-enterprise': { zh: '没有这家企业。', en: 'There is no such enterprise for you.' },
  'unknown-person': { zh: '花名册上没有此人。', en: 'There is no such person on the roster for you.' },
  'unknown-stay': { zh: '没有这项住宿，或已退房。', en: 'There is no such stay, or it is over.' },
  'uscc-taken': {
    zh: '该统一社会信用代码已登记。',
    en: 'An enterprise with this unified social credit code is registered already.',
  },
  'still-in-the-loop': {
    zh: '此人仍在复工企业在岗，离岗后方可清除。',
    en: 'This person still works in a running enterprise; data is erased after leaving.',
  },
  'no-room': { zh: '床位不足，还缺 {missing} 个。', en: 'There are {missing} places too few.' },
  'room-known': { zh: '房号已登记。', en: 'The hotel has a room of this number already.' },
  'unknown-reference': {
    zh: '所指的人员、文件、企业或村不存在或不可用，请看逐项说明。',
    en: 'A person, document, enterprise or village that is named does not exist or cannot be used; see errors.',
  },
  'table-invalid': {
    zh: '表格有 {mistakes} 处错误，未导入任何内容，请看逐项说明。',
    en: 'The table has {mistakes} mistakes, and nothing of it was taken; see errors.',
  },
  'uscc-invalid': {
    zh: '统一社会信用代码有误，请核对。',
    en: 'The unified social credit code is wrong.',
  },
  'uscc-needs-confirmation': {
    zh: '统一社会信用代码末位校验不符，但组织机构代码校验相符；确属早期代码的，请由工作人员核对证照后确认。',
    en: 'Only the last check character is wrong, as in some early codes: an official may confirm it with confirmUscc: true.',
  },
  'wrong-exemption': {
    zh: '免检最早从明天（{earliest}）起，每次最多 {most} 天，止日不能早于起日。',
    en: 'An exemption begins on {earliest} (tomorrow) at the earliest, lasts at most {most} days, and does not end before it begins.',
  },
  'unknown-village': { zh: '方案中没有这个村。', en: 'There is no village {village}.' },
  'login-taken': { zh: '该用户名已被使用。', en: 'There already is an account {login}.' },
  'wrong-belonging': {
    zh: '账号所属单位与身份不符：审核人员属部门，企业人员属企业，村级人员属村，其他身份不属任何单位。',
    en: 'A reviewer belongs to a department, a person of an enterprise or of a village to that, and nobody else to any.',
  },
};

/** What is wrong with single values, in both languages, as every reason of a field is. */
export const MISTAKE_WORDS: { readonly [Why in Wrong['why']]: string } = {
  'uscc-length': 'does not have 18 characters 应为18位',
  'uscc-character': 'has a character that no code has 含有不允许的字符',
  'uscc-check': 'its check characters are wrong 校验位不符',
  'uscc-last-character': 'its last check character is wrong 末位校验不符',
  'does-not-lodge': 'does not lodge with this enterprise 不是该企业集中住宿人员',
  'has-a-room': 'has a room already 已安排住宿',
  'on-another-roster': 'is on the roster of another enterprise 已在其他企业在册',
};

/** The refusals of the API itself. */
const API_PROBLEMS = {
  'malformed-request': { status: 400, zh: '请求不符合规范。', en: 'The request is not valid HTTP.' },
  'malformed-json': {
    status: 400,
    zh: '请求正文无法解析，须为 UTF-8 编码的规范数据。',
    en: 'The body is not valid JSON in UTF-8.',
  },
  'malformed-address': { status: 400, zh: '网址编码有误。', en: 'The address is not encoded properly.' },
  'invalid-query': { status: 400, zh: '网址参数有误，请看逐项说明。', en: 'Query parameters are wrong; see errors.' },
  'invalid-header': { status: 400, zh: '请求头有误。', en: 'The header {header} is wrong.' },
  unauthenticated: { status: 401, zh: '请先登录。', en: 'Sign in first, or send a bearer token that is valid.' },
  'wrong-credentials': { status: 401, zh: '用户名或密码不正确。', en: 'Login or password is wrong.' },
  'cross-site': {
    status: 403,
    zh: '拒绝来自其他网站的请求。',
    en: 'A request by cookie must come from the same origin (Origin or Sec-Fetch-Site says so).',
  },
  'unknown-address': { status: 404, zh: '没有这个地址。', en: 'There is nothing at this address.' },
  'unknown-case': { status: 404, zh: '没有这个复工事项。', en: 'There is no such case for you.' },
  'unknown-document': { status: 404, zh: '没有这份文件。', en: 'There is no such document for you.' },
  'unknown-medicine-order': { status: 404, zh: '没有这张代配药单。', en: 'There is no such medicine order for you.' },
  'unknown-hotel': { status: 404, zh: '没有这个住宿点。', en: 'There is no such hotel.' },
  'unknown-message': { status: 404, zh: '没有这条消息。', en: 'There is no such message.' },
  'unknown-bulletin': { status: 404, zh: '没有这份简报，或与您无关。', en: 'There is no such bulletin for you.' },
  'unknown-rules': { status: 404, zh: '没有这一版方案。', en: 'There are no such rules.' },
  'unknown-command': { status: 404, zh: '没有这条指令。', en: 'There is no such command for you.' },
  'unknown-problem': { status: 404, zh: '没有这个问题代码。', en: 'There is no such problem code.' },
  'method-not-allowed': { status: 405, zh: '该地址不支持此方法。', en: 'This address does not take this method.' },
  'request-timeout': {
    status: 408,
    zh: '内容传输中断或过慢，未作任何更改，请重新发送。',
    en: 'The request stood still or took too long to arrive; nothing was changed, send it again.',
  },
  'already-open': {
    status: 409,
    zh: '该企业已有在办的复工事项 {caseNumber}。',
    en: 'The enterprise already has an open case, {caseNumber}.',
  },
  'liaison-busy': {
    status: 409,
    zh: '该联络员在所选期间已驻其他企业（{from}起）。',
    en: 'The liaison is stationed elsewhere in the period from {from}.',
  },
  'document-attached': {
    status: 409,
    zh: '所选文件已用于其他事项，请重新上传。',
    en: 'Document {document} belongs to another case already; upload it again.',
  },
  'nothing-ahead': {
    status: 409,
    zh: '该事项没有会自行到来的时点。',
    en: 'Nothing happens in this case by itself any more.',
  },
  'order-under-way': {
    status: 409,
    zh: '有申领单待补货，试用快进前请先补足库存或取消：{orders}。',
    en: 'Orders wait for goods ({orders}): let these arrive, or cancel the orders, before time is moved on.',
  },
  'not-running': {
    status: 409,
    zh: '该复工事项尚未办结，但其流程已不在运行，请联系运维。',
    en: 'The case is not closed, but its workflow does not run any more: an operator has to look.',
  },
  'too-large': { status: 413, zh: '内容过大，最多 {limit} 字节。', en: 'More than {limit} bytes.' },
  'unsupported-media-type': {
    status: 415,
    zh: '不支持这种内容类型。',
    en: 'This content type is not taken here; possible: {supported}.',
  },
  'invalid-body': { status: 422, zh: '内容有误，请看逐项说明。', en: 'The body is wrong; see errors.' },
  'key-reused': {
    status: 422,
    zh: '同一次提交的编号已用于另一内容，请刷新后重新提交。',
    en: 'This Idempotency-Key was used with another body.',
  },
  'table-unreadable': {
    status: 422,
    zh: '表格无法读取（{reason}）。',
    en: 'The table cannot be read: {reason}.',
  },
  'singles-unconfirmed': {
    status: 422,
    zh: '有 {rows} 行像是混管漏填了编号：混管里只有一人，或阳性而没有混管编号。未存入任何内容；请补上编号，确为单管单检的请确认后再报。',
    en: '{rows} rows look like a mixed tube whose number is missing: only one person in a tube, or a positive without one. Nothing was taken: give the numbers, or confirm single tubes with confirmedSingles: true; see errors.',
  },
  'too-much-to-export': {
    status: 422,
    zh: '台账超过 {most} 条，请按台账名分别导出。',
    en: 'More than {most} entries: export one stream at a time.',
  },
  'empty-document': { status: 422, zh: '文件是空的。', en: 'The document is empty.' },
  'document-mismatch': {
    status: 422,
    zh: '这个文件不能上传：按其内容，它不是可以上传的类型，或已损坏。可以上传：{kinds}。',
    en: 'By its content the file is nothing that is taken here, or it is damaged. Taken are: {kindsEn}.',
  },
  'compound-document': {
    status: 422,
    zh: '这是有密码的文件，或旧版 Office、WPS 格式（.doc、.xls、.wps、.et）。请取消密码，或另存为 .docx、.xlsx 后再传。',
    en: 'This file has a password, or is of an old Office or WPS format: take the password away, or save it as .docx or .xlsx.',
  },
  'no-edition': { status: 422, zh: '现在没有施行中的方案版本。', en: 'No edition of the programme is in force today.' },
  'too-many-attempts': {
    status: 429,
    zh: '尝试次数过多，请 {seconds} 秒后再试。',
    en: 'Too many failed attempts; try again in {seconds} s.',
  },
  'too-many-acts': {
    status: 429,
    zh: '您一分钟内办理次数过多（最多 {most} 次），本次未办理，请 {seconds} 秒后原样重试。',
    en: 'Too many acts of this account in a minute (at most {most}); nothing was done. Try again in {seconds} s.',
  },
  'too-many-acts-on-case': {
    status: 429,
    zh: '该事项一分钟内办理次数过多（最多 {most} 次），本次未办理，请 {seconds} 秒后原样重试。',
    en: 'Too many acts on this case in a minute (at most {most}); nothing was done. Try again in {seconds} s.',
  },
  'headers-too-large': { status: 431, zh: '请求头过大。', en: 'The headers are too large.' },
  internal: { status: 500, zh: '系统内部错误，已记录。', en: 'An internal error; it was logged.' },
  'unknown-seal': {
    status: 404,
    zh: '没有这个序号的封存。',
    en: 'There is no seal of this number.',
  },
  'unknown-verification': {
    status: 404,
    zh: '核验不通过：没有与此码相符的事项。',
    en: 'Not genuine: no case has this code.',
  },
  'too-many-streams': {
    status: 429,
    zh: '同时打开的页面过多（最多 {most} 个），请关闭一些后重试。',
    en: 'Too many pages are open at once (at most {most}); close some and try again.',
  },
  starting: { status: 503, zh: '系统正在启动。', en: 'The system is starting.' },
  'database-unavailable': {
    status: 503,
    zh: '数据库暂时不可用，未作任何更改。',
    en: 'The database is away; nothing was changed.',
  },
  'temporal-unavailable': {
    status: 503,
    zh: '流程引擎暂时不可用，请稍后原样重试，不会重复生效。',
    en: 'Temporal is away; try again with the same Idempotency-Key.',
  },
  'foreign-run': {
    status: 503,
    zh: '该企业的编号在流程引擎中被外来流程占用，系统将在一分钟内清除，请稍后原样重试；多次重试仍不行时，请联系运维。',
    en: 'A workflow that is no case of this system is under the enterprise’s id; it is ended within a minute. Try again with the same Idempotency-Key, and tell an operator when it stays so.',
  },
  'ledger-refuses': {
    status: 503,
    zh: '台账暂不能记入该事项，本次办理不能视为已办；请联系运维处理，恢复后原样重试，不会重复办理。',
    en: 'The ledger refuses this case, so that nothing counts as done: an operator has to mend it (docs/operations.md). Then try again with the same Idempotency-Key.',
  },
  'case-moving': {
    status: 503,
    zh: '该事项正在换用新版本，请稍候几秒后原样重试，不会重复办理。',
    en: 'The case is moving to the present release, which knows this act: try again in a few seconds with the same Idempotency-Key.',
  },
  'too-many-waiting': {
    status: 503,
    zh: '系统暂时没有处理该事项，已有 {most} 件办理在等候，不再接收更多；请稍后原样重试，不会重复办理。',
    en: 'Nobody works on this case at present, and {most} acts wait for it: no more are taken. Try again later with the same Idempotency-Key.',
  },
  'key-not-trusted': {
    status: 503,
    zh: '该事项尚不信任系统的新签名密钥，请联系运维。',
    en: "The case does not trust the system's signing key; an operator has to announce it (docs/operations.md).",
  },
  'fast-forward-failed': {
    status: 503,
    zh: '快进没有在限定时间内完成，请重试。',
    en: 'The clock did not get there in time; try again.',
  },
} as const satisfies { readonly [code: string]: Words & { readonly status: number } };

export type ApiProblemCode = keyof typeof API_PROBLEMS;
export type ProblemCode = ApiProblemCode | RejectionCode | OutsideRejectionCode;

export interface ProblemKind extends Words {
  readonly status: number;
}

const REJECTED: { readonly [Code in RejectionCode | OutsideRejectionCode]: Words } = {
  ...REJECTION_WORDS,
  ...OUTSIDE_WORDS,
};
const SORTS: { readonly [code: string]: RejectionSort } = { ...REJECTIONS, ...OUTSIDE_REJECTIONS };

export const PROBLEMS = {
  ...API_PROBLEMS,
  ...Object.fromEntries(
    Object.entries(REJECTED).map(([code, words]) => [
      code,
      { ...words, status: STATUS_OF_SORT[SORTS[code] ?? 'rule'] },
    ]),
  ),
} as { readonly [Code in ProblemCode]: ProblemKind };

export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

/** The address under which a problem explains itself (RFC 9457 `type`). */
export function problemType(code: ProblemCode): string {
  return `/problems/${code}`;
}

/** One mistake of a body or query: a JSON pointer (RFC 6901) or a parameter's name, and why. */
export interface FieldMistake {
  readonly pointer: string;
  readonly reason: string;
}

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  /** In Chinese, for the person before the screen. */
  readonly detail: string;
  readonly detailEn: string;
  readonly errors?: readonly FieldMistake[];
  /** What the reader's program needs to mend it: ids, versions, dates, counts. The sentences have words for it. */
  readonly about?: { readonly [name: string]: unknown };
}

export function problemDocument(
  code: ProblemCode,
  about: { readonly [name: string]: unknown } = {},
  errors: readonly FieldMistake[] = [],
  naming: Naming = NO_NAMES,
): ProblemDocument {
  const { status, en } = PROBLEMS[code];
  return {
    type: problemType(code),
    title: titleOf(code),
    status,
    code,
    detail: problemSentence(code, about, naming),
    detailEn: fillIn(en, about),
    ...(errors.length > 0 && { errors }),
    ...(Object.keys(about).length > 0 && { about }),
  };
}

/** `already-open` → `Already open`: the same for every occurrence, as RFC 9457 asks. */
function titleOf(code: ProblemCode): string {
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What is said in Chinese: names in place of ids, and nothing in place of what has no name. */
export function problemSentence(
  code: ProblemCode,
  about: { readonly [name: string]: unknown },
  naming: Naming = NO_NAMES,
): string {
  return sentence(PROBLEMS[code].zh, (place) => wordFor(code, place, about[place], naming));
}

function fillIn(text: string, about: { readonly [name: string]: unknown }): string {
  return text.replace(/\{(\w+)\}/g, (_whole, name: string) => plain(about[name]));
}

function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '—';
  return Array.isArray(value) ? value.map(plain).join(', ') : JSON.stringify(value);
}
