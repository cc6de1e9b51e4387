/** A webhook's hook at GitHub: made and removed with the target action's own token, its state kept truthful (S3). */
import { type GitHub, GitHubError, type Repository } from "../github/types.ts";
import type { Scope } from "../scope.ts";
import { openSecret } from "../sealed-secret.ts";
import { findPipeline } from "../store/queries/pipelines.ts";
import type { WebhookRow } from "../store/tables/webhooks.ts";
import { findWebhook, setRegistration } from "../store/webhooks.ts";
import { opened } from "./opened.ts";
import type { Room } from "./room.ts";
import { RegistrationError, type Webhook, type Webhooks } from "./types.ts";
import { webhookUrl } from "./url.ts";

/** What is kept of a hook that GitHub has answered for (S3.8). */
interface Registration {
  readonly owner: string;
  readonly repo: string;
  readonly hookId: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface RegisterRoom extends Room {
  readonly gitHub: GitHub;
  /** Without a trailing slash. */
  publicUrl(): string;
  setError: Webhooks["setError"];
}

/** Owners and repositories (S3.4). */
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

export function registerCommand(room: RegisterRoom): Webhooks["register"] {
  return (scope, name) =>
    withTarget(room, scope, name, async ({ row, webhook, repository }) => {
      const { authentication } = webhook;
      const known = registrationOf(row);
      const sameRepository = known?.owner === repository.owner && known.repo === repository.repo;
      const hookId = await room.gitHub.register(
        repository,
        {
          url: webhookUrl(row, room.access, room.publicUrl()),
          ...(authentication.type === "GITHUB_HMAC" && { secret: authentication.secret }),
        },
        sameRepository ? known.hookId : undefined,
      );
      const { owner, repo } = repository;
      const registration: Registration = { owner, repo, hookId, at: room.ambient.now() };
      await room.store.transaction((tx) => setRegistration(tx, row.id, JSON.stringify(registration)));
    });
}

/** The hook that was registered, wherever the action points by now, with its present token (S3.7). */
export function deregisterCommand(room: RegisterRoom): Webhooks["deregister"] {
  return (scope, name) =>
    withTarget(room, scope, name, async ({ row, repository }) => {
      const known = registrationOf(row);
      const where =
        known === undefined ? repository : { ...repository, owner: known.owner, repo: known.repo };
      await room.gitHub.deregister(where, webhookUrl(row, room.access, room.publicUrl()), known?.hookId);
      await room.store.transaction((tx) => setRegistration(tx, row.id, null));
    });
}

interface Target {
  readonly row: WebhookRow;
  readonly webhook: Webhook;
  readonly repository: Repository;
}

async function withTarget(
  room: RegisterRoom,
  scope: Scope,
  name: string,
  work: (target: Target) => Promise<void>,
): Promise<void> {
  const row = await findWebhook(room.store.read, scope, name);
  if (row === undefined) throw new RegistrationError("webhookMissing", `there is no webhook named ${name}`);
  const webhook = opened(room, row);
  const repository = await repositoryOf(room, webhook);
  try {
    await work({ row, webhook, repository });
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    const message = inWords(error, webhook, repository);
    await room.setError(webhook, { code: String(error.status), message });
    throw new RegistrationError("refused", message);
  }
}

async function repositoryOf(room: RegisterRoom, { scope, pipeline, action }: Webhook): Promise<Repository> {
  const row = await findPipeline(room.store.read, scope, pipeline);
  const definition = row && (await room.commands.definition(room.store.read, row.id, row.version));
  const target = definition?.stages[0]?.actions.find((one) => one.name === action);
  if (target === undefined)
    throw new RegistrationError(
      "refused",
      `The action '${action}' is not in the first stage of a pipeline '${pipeline}'.`,
    );
  if (target.type.owner !== "ThirdParty" || target.type.provider !== "GitHub")
    throw new RegistrationError(
      "refused",
      `The target action '${action}' is of type ${target.type.owner}/${target.type.provider}. Only webhooks of ThirdParty/GitHub actions can be registered.`,
    );
  const { Owner: owner = "", Repo: repo = "", OAuthToken = "" } = target.configuration;
  if (!NAME.test(owner) || !NAME.test(repo))
    throw new RegistrationError(
      "refused",
      `The repository ${owner}/${repo} of action '${action}' can't be at GitHub: owner and name have 1 to 100 letters, digits, dots, underscores and hyphens.`,
    );
  return { owner, repo, token: openSecret(room.access, OAuthToken) ?? OAuthToken };
}

function registrationOf({ registration }: WebhookRow): Registration | undefined {
  return registration === null ? undefined : (JSON.parse(registration) as Registration);
}

/** S3.9. */
function inWords(
  { reason, status, detail }: GitHubError,
  { action }: Webhook,
  { owner, repo }: Repository,
): string {
  switch (reason) {
    case "token":
      return `GitHub refused the token of action '${action}' (401).`;
    case "permission":
      return `GitHub does not allow this token to manage webhooks of ${owner}/${repo} (403).`;
    case "rateLimit":
      return `GitHub's rate limit is used up; try again after ${detail}.`;
    case "notFound":
      return `GitHub knows no repository ${owner}/${repo}, or the token has no admin right on its webhooks (404).`;
    case "invalid":
      return `GitHub refused the webhook: ${detail}`;
    case "unreachable":
      return `GitHub could not be reached: ${detail}`;
    case "other":
      return status === 502 ? `GitHub could not be reached: ${detail}` : `GitHub refused: ${detail}.`;
  }
}
