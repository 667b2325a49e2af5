export {
  accessHeaders,
  accessSchema,
  checkChapters,
  checkOrganisation,
  requireAccess,
  type Access,
  type Bounds,
} from './access.ts';
export { parseConfig, settings, StartError } from './config.ts';
export { createOnce, idempotencyHeaders } from './create-once.ts';
export { chapterKey, consistencyToken, contactHasReached, readYourWrites, type Promised } from './consistency-token.ts';
export { formatCursor } from './cursor.ts';
export { isDatabaseUnavailable } from './database.ts';
export { openDatabase, type Queries, type Transaction } from './open-database.ts';
export { tableColumns } from './table-columns.ts';
export { endpoint, type AnswerDescription, type Endpoint } from './endpoint.ts';
export { checkIfMatch, entityTag, ifMatchHeaders } from './entity-tag.ts';
export * as fields from './fields.ts';
export * as shown from './shown-fields.ts';
export { healthRoutes, type ReadinessChecks } from './health.ts';
export { createHttpApp, type Step } from './http-app.ts';
export { acceptedTokens, believeOurs, requireInternalToken } from './internal-token.ts';
export { createLog, type Log } from './log.ts';
export { createMetrics, metricsRoutes } from './metrics.ts';
export { listQuery, pageOf, paginate, pageQuery, type ListQuery, type Page, type PageQuery } from './paging.ts';
export { readPage, type SortOrder } from './read-page.ts';
export { Problem, type Fault } from './problem.ts';
export { problemResponses } from './problem-response.ts';
export { parseRequest } from './parse-request.ts';
export { mountRoutes, type RouteTable } from './routes.ts';
export { runCommand, runService, startInOrder, type Running } from './run-service.ts';
export { startHttpServer, type Patience } from './http-server.ts';
export { isHost } from './refusals.ts';
export { gatewayRefusals } from './openapi/components.ts';
export { type Api, describeApi, forEveryEndpoint } from './openapi/describe-api.ts';
export type { Answer, MediaType, OpenApiDocument, Operation, Parameter, Ref } from './openapi/document.ts';
export { documentRoutes, mountApi } from './openapi/mount-api.ts';
export { formatDate, formatTime } from './time.ts';
