/** Contender (b2)'s server process: Express without sign-in in front of (b)'s workflow, answering as many bytes as the full system does. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import express, { type Express } from 'express';
import { readEnvironment } from '../../config/env';
import { BARE_QUEUE } from './bare';
import type { bare } from './bare-workflow';
import { bareCaseId, type ServedMessage } from './http-bare';

/** The nine messages of a case with their arguments; a body of the measurement itself is far smaller. */
const MESSAGES_LIMIT = '1mb';
/** The two quotation marks around a text in JSON. */
const QUOTES = 2;

function app(temporal: Client): Express {
  let messages: readonly ServedMessage[] = [];
  const served = express();
  served.use(express.json({ limit: MESSAGES_LIMIT }));
  served.post('/messages', (request, response) => {
    messages = request.body as readonly ServedMessage[];
    response.json({});
  });
  served.post('/cases/:case', async (request, response) => {
    const sizes = messages.map(({ update, answerBytes }) => ({ update, answerBytes }));
    const workflowId = bareCaseId(request.params.case);
    await temporal.workflow.start<typeof bare>('bare', { taskQueue: BARE_QUEUE, workflowId, args: [sizes] });
    response.json({});
  });
  served.post('/cases/:case/messages/:number', async (request, response) => {
    const message = messages[Number(request.params.number)];
    if (!message) throw new Error(`no message ${request.params.number}`);
    const { update, argument, httpBytes } = message;
    const handle = temporal.workflow.getHandle<typeof bare>(bareCaseId(request.params.case));
    const answer = await handle.executeUpdate<string, [unknown]>(update, { args: [argument], updateId: randomUUID() });
    // What the full system adds around its case's answer, and what it leaves out of it.
    response.json(answer.padEnd(httpBytes - QUOTES, 'x').slice(0, httpBytes - QUOTES));
  });
  return served;
}

async function main(): Promise<void> {
  const { port, temporalAddress = '', temporalNamespace: namespace } = readEnvironment();
  const connection = await Connection.connect({ address: temporalAddress });
  const server = app(new Client({ connection, namespace })).listen(port, '127.0.0.1', () => process.send?.('ready'));
  process.once('disconnect', () => {
    server.closeAllConnections();
    server.close(() => void connection.close());
  });
}

main().catch((error: unknown) => {
  console.error(`bare HTTP server: ${String(error)}`);
  process.exit(1);
});
