import { pipelines } from "./001-pipelines.ts";
import { jobs } from "./002-jobs.ts";
import { objects } from "./020-objects.ts";
import { repositories } from "./030-repositories.ts";
import { logs } from "./040-logs.ts";
import { builds } from "./050-builds.ts";
import { notifications } from "./060-notifications.ts";
import { secrets } from "./070-secrets.ts";
import { rules } from "./080-rules.ts";
import { webhooks } from "./090-webhooks.ts";
import { sourcePolls } from "./091-source-polls.ts";
import { users } from "./100-users.ts";
import { revisionsAndPartners } from "./110-revisions-and-partners.ts";
import { events } from "./120-events.ts";
import { commands } from "./121-commands.ts";
import { typePolls } from "./122-type-polls.ts";
import { copies } from "./130-copies.ts";
import { installation } from "./140-installation.ts";
import { openBuilds } from "./150-open-builds.ts";
import { connections } from "./160-connections.ts";
import { connectionHooks } from "./161-connection-hooks.ts";
import { connectionRequests } from "./162-connection-requests.ts";
import { connectionPolls } from "./163-connection-polls.ts";
import { pastActions } from "./170-past-actions.ts";
import { buildQueue } from "./180-build-queue.ts";
import { rolePath } from "./190-role-path.ts";
import { commitStatuses } from "./200-commit-statuses.ts";
import { timerDue } from "./210-timer-due.ts";
import type { Migration } from "./migration.ts";

/** In the order in which they are applied. */
export const migrations: readonly Migration[] = [
  pipelines,
  jobs,
  objects,
  repositories,
  logs,
  builds,
  notifications,
  secrets,
  rules,
  webhooks,
  sourcePolls,
  users,
  revisionsAndPartners,
  events,
  commands,
  typePolls,
  copies,
  installation,
  openBuilds,
  connections,
  connectionHooks,
  connectionRequests,
  connectionPolls,
  pastActions,
  buildQueue,
  rolePath,
  commitStatuses,
  timerDue,
];
