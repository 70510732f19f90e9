/** The Express application: every route of every resource, what is asked of none of them, and the log line of each request. */
import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { accountRoutes } from './accounts/accounts';
import { boardRoutes } from './figures/board';
import { bulletinRoutes } from './telling/bulletins';
import { commandRoutes } from './case/commands';
import { consolePages } from './http/console-files';
import { dailySummaryRoutes } from './telling/daily-summary';
import type { Deps } from './http/deps';
import { docsPage } from './http/docs-page';
import { documentRoutes } from './documents/documents';
import { dutyRoutes } from './case/duties';
import { enterpriseRoutes } from './enterprises/enterprises';
import { eventRoutes } from './http/live-refresh';
import { fastForwardRoutes } from './case/fast-forward';
import { groupPurchaseRoutes } from './supplies/group-purchases';
import { healthRoutes } from './operations/health';
import { ledgerRoutes } from './ledger/ledger';
import { ledgerExportRoutes } from './figures/ledger-export';
import { lodgingRoutes } from './people/lodging';
import { medicineRoutes } from './supplies/medicines';
import { movementRoutes } from './people/movements';
import { namingFor } from './programme/naming';
import { prepare, takeBack } from './testing/prepared-commands';
import { myNoticeRoutes } from './telling/my-notices';
import { openApiRoutes } from './http/openapi';
import { operationRoutes } from './operations/operations';
import { outboxRoutes } from './telling/outbox';
import { Problem, problemOf, sendProblem } from './http/error-mapper';
import { peopleRoutes } from './people/people';
import { problemRoutes } from './http/problem-pages';
import { programmeRoutes } from './programme/programme';
import { receiptRoutes } from './telling/receipts';
import { reopeningRoutes } from './case/reopenings';
import { exemptionRoutes } from './testing/exemption';
import { rosterRoutes } from './people/roster';
import { roundRoutes } from './testing/rounds';
import type { Route } from './http/route';
import { ruleRoutes } from './programme/rules';
import { sealRoutes } from './ledger/seals';
import { serve } from './http/serve';
import { sessionRoutes } from './accounts/sessions';
import { statisticsRoutes } from './figures/statistics';
import { stockRoutes } from './supplies/stock';
import { verificationRoutes } from './ledger/verification';

/** In the order in which the OpenAPI document shows them. */
export function routesOf(deps: Deps): Route[] {
  const routes = [
    ...sessionRoutes(deps),
    ...enterpriseRoutes(deps),
    ...rosterRoutes(deps),
    ...exemptionRoutes(deps),
    ...peopleRoutes(deps),
    ...reopeningRoutes(deps),
    ...commandRoutes(deps, { prepare, takeBack }),
    ...roundRoutes(deps),
    ...stockRoutes(deps),
    ...statisticsRoutes(deps),
    ...ledgerExportRoutes(deps),
    ...groupPurchaseRoutes(deps),
    ...medicineRoutes(deps),
    ...lodgingRoutes(deps),
    ...movementRoutes(deps),
    ...dutyRoutes(deps),
    ...boardRoutes(deps),
    ...eventRoutes(deps),
    ...myNoticeRoutes(deps),
    ...outboxRoutes(deps),
    ...bulletinRoutes(deps),
    ...receiptRoutes(deps),
    ...dailySummaryRoutes(deps),
    ...ledgerRoutes(deps),
    ...verificationRoutes(deps),
    ...sealRoutes(deps),
    ...operationRoutes(deps),
    ...documentRoutes(deps),
    ...accountRoutes(deps),
    ...programmeRoutes(deps),
    ...ruleRoutes(deps),
    ...(deps.mode === 'trial' ? fastForwardRoutes(deps) : []),
    ...healthRoutes(deps),
    ...problemRoutes(),
  ];
  return [...routes, ...openApiRoutes(routes, deps)];
}

export function createApp(deps: Deps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  // Queries are checked against each route's schema; Express need not read them.
  app.set('query parser', false);
  app.set('trust proxy', [...deps.trustedProxies]);
  app.use(logged(deps));
  app.use('/docs', docsPage());
  app.use(consolePages(deps));
  for (const [path, routes] of byPath(routesOf(deps))) {
    for (const route of routes) app[route.method](path, serve(route, deps, namingFor));
    app.all(path, otherMethod(routes.map((route) => route.method.toUpperCase())));
  }
  app.use(() => {
    throw new Problem('unknown-address');
  });
  app.use(errors(deps));
  return app;
}

function byPath(routes: readonly Route[]): Map<string, Route[]> {
  const paths = new Map<string, Route[]>();
  for (const route of routes) {
    const path = route.path.replace(/\{(\w+)\}/g, ':$1');
    paths.set(path, [...(paths.get(path) ?? []), route]);
  }
  return paths;
}

function otherMethod(methods: readonly string[]): RequestHandler {
  const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  return () => {
    throw new Problem('method-not-allowed', { allowed }, [], { Allow: allowed.join(', ') });
  };
}

/** One line a request: never a body, a cookie, a query (it may hold a name), or an address as it was typed. */
function logged({ log }: Deps): RequestHandler {
  return (request, response, next) => {
    const begun = performance.now();
    const id = randomUUID();
    response.setHeader('Request-Id', id);
    response.once('close', () => {
      const path = (request.route as { path?: unknown } | undefined)?.path ?? 'none';
      const line = {
        request: id,
        method: request.method,
        path,
        case: request.params?.['case'],
        account: response.locals['account'] as unknown,
        status: response.statusCode,
        ms: Math.round(performance.now() - begun),
        ...(!response.writableFinished && { aborted: true }),
      };
      if (response.statusCode >= 500) log.warn(line, 'request');
      else log.debug(line, 'request');
    });
    next();
  };
}

/** Four parameters tell Express that it handles errors. */
function errors({ log }: Deps): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    sendProblem(response, problemOf(error, log));
  };
}
