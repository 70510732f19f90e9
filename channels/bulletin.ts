/** The words of a bulletin for every channel: as it was written, as a reminder to read it, and as the word that it no longer holds. */
import { BULLETIN_KIND_NAMES } from '../contracts/telling/bulletins';
import type { BulletinContent, FileContent } from '../contracts/telling/message-content';
import type { Language } from '../contracts/words/languages';
import { pageOfBulletin } from '../contracts/telling/console-addresses';
import type { Attachment, Message } from './channel';
import { plainTextOf } from './markdown';
import type { Wording } from './wording';

/** Undefined: it was withdrawn before it went out. */
export function wordBulletin(
  bulletin: BulletinContent,
  language: Language,
  wording: Pick<Wording, 'publicUrl'>,
): Omit<Message, 'id' | 'to'> | undefined {
  const { id, title, part, withdrawal, cover, attachments } = bulletin;
  const link = `${wording.publicUrl}${pageOfBulletin(id)}`;
  if (part === 'withdrawal') return { ...withdrawn(bulletin, language), link };
  if (withdrawal !== null) return undefined;
  const zh = language === 'zh';
  if (part === 'urge') {
    const text = zh
      ? `《${title}》已发布，您尚未阅读，请尽快登录系统查看。`
      : `You have not read "${title}" yet. Please sign in and read it.`;
    return { subject: zh ? `【催阅】${title}` : `Please read: ${title}`, text, link };
  }
  const markdown = [bulletin.body, ...effective(bulletin, zh)].join('\n\n');
  return {
    subject: `【${BULLETIN_KIND_NAMES[bulletin.kind]}】${title}`,
    text: plainTextOf(markdown),
    markdown,
    link,
    ...(cover && { cover: attachmentOf(cover) }),
    ...(attachments.length > 0 && { attachments: attachments.map(attachmentOf) }),
  };
}

function effective({ effectiveOn }: BulletinContent, zh: boolean): string[] {
  if (effectiveOn === null) return [];
  return [zh ? `自 ${effectiveOn} 起施行。` : `In force from ${effectiveOn}.`];
}

function withdrawn({ title, withdrawal }: BulletinContent, language: Language) {
  return language === 'zh'
    ? { subject: `【撤回】${title}`, text: `此前发布的《${title}》已撤回，请勿再执行。原因：${withdrawal ?? ''}` }
    : { subject: `Withdrawn: ${title}`, text: `"${title}" no longer holds: ${withdrawal ?? ''}` };
}

function attachmentOf({ name, mediaType, bytes }: FileContent): Attachment {
  return { name, mediaType, bytes };
}
