/** A mail server that delivers to nobody: it keeps every mail as a file under DATA_DIR/mail. Runs as a process of its own. */
import { createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { readEnvironment } from '../config/env';
import { keepWithoutOutput } from '../config/log';

// 25 MB: what ordinary mail servers take.
const LARGEST_MAIL = 25_000_000;

let caught = 0;

/** Resolves when the mail is kept: only then the sender is told so. */
async function keep(folder: string, mail: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
  // By time and number, so that a listing of the folder is in order of arrival.
  const time = new Date().toISOString().replaceAll(':', '-');
  const file = path.join(folder, `${time}-${process.pid}-${++caught}.eml`);
  const unfinished = `${file}.unfinished`;
  const output = createWriteStream(unfinished, { mode: 0o600 });
  // Who really gets it stands only in the envelope: a blind copy has no header of its own.
  const sender = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
  output.write(`Return-Path: <${sender}>\r\n`);
  for (const { address } of envelope.rcptTo) output.write(`Delivered-To: ${address}\r\n`);
  await pipeline(mail, output);
  if (mail.sizeExceeded) {
    await fs.rm(unfinished);
    throw Object.assign(new Error('the mail is larger than 25 MB'), { responseCode: 552 });
  }
  await fs.rename(unfinished, file);
}

function main(): void {
  const { dataDir, smtpPort } = readEnvironment();
  const folder = path.join(dataDir, 'mail');
  const server = new SMTPServer({
    size: LARGEST_MAIL,
    // On this machine only: no certificate and no account to set up.
    disabledCommands: ['STARTTLS', 'AUTH'],
    // Names of callers would be looked up at a name server, which a machine without network waits for.
    disableReverseLookup: true,
    onData: (mail, session, done) => {
      keep(folder, mail, session).then(
        () => done(),
        (error: Error) => done(error),
      );
    },
  });
  // A caller that hangs up in the middle is no reason to end.
  server.on('error', (error) => {
    if ((error as NodeJS.ErrnoException).syscall !== 'listen') return console.error(error.message);
    console.error(error.message);
    process.exit(1);
  });
  server.listen(smtpPort, '127.0.0.1');
  process.once('SIGTERM', () => server.close(() => process.exit(0)));
}

keepWithoutOutput();
main();
