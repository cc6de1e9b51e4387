/** Who asks, and whether they may (S6.3 to S6.5). */
import type { IncomingMessage } from "node:http";
import { AccessError, type Caller, type Circumstances } from "../../core/access/types.ts";
import type { Core } from "../../core/core.ts";
import { repositoryArn } from "../../core/repositories/index.ts";
import type { Scope } from "../../core/scope.ts";
import { tagsByKey } from "../../core/store/queries/tags.ts";
import { type GitRequest, Refusal } from "./request.ts";

/**
 * The caller of HTTP Basic credentials: the access key id and its secret (S6.3 (a)). A job's temporary key stands
 * with its session token before the colon: `<id>%<token>`.
 *
 * @throws Refusal 401
 */
export async function callerOf({ access }: Core, request: IncomingMessage): Promise<Caller> {
  const credentials = parseBasic(request.headers.authorization);
  const caller =
    credentials && (await access.verifySecret(credentials.id, credentials.secret, credentials.token));
  if (caller === undefined) {
    throw new Refusal(401, "Give an access key id as user and its secret access key as password.", {
      "www-authenticate": 'Basic realm="Millrace"',
    });
  }
  return caller;
}

/** Account and region are the caller's; the URL may name another region (S6.5). */
export function scopeOf({ settings }: Core, caller: Caller, { region }: GitRequest): Scope {
  const home = caller.kind === "job" ? caller.grant.region : settings.defaultRegion;
  return { account: caller.account, region: region ?? home };
}

/**
 * A job may fetch from the repositories of its grant; anybody else needs GitPull or GitPush.
 *
 * @throws Refusal 403, whether or not the repository is there (S6.4)
 */
export async function authorize(
  { access, store }: Core,
  caller: Caller,
  scope: Scope,
  { service, repositoryName }: GitRequest,
  circumstances: () => Circumstances,
): Promise<void> {
  const action = service === "upload-pack" ? "codecommit:GitPull" : "codecommit:GitPush";
  if (caller.kind === "job") {
    const { grant } = caller;
    const granted = service === "upload-pack" && grant.pull?.includes(repositoryName);
    if (granted && grant.region === scope.region) return;
    throw new Refusal(403, `A job may not ${action} here.`);
  }
  try {
    const resource = repositoryArn(scope, repositoryName);
    const need = { action, resource, resourceTags: () => tagsByKey(store.read, resource) };
    await access.authorize(caller, action, [need], circumstances);
  } catch (error) {
    if (error instanceof AccessError) throw new Refusal(403, error.message);
    throw error;
  }
}

function parseBasic(header: string | undefined): { id: string; secret: string; token?: string } | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 0) return undefined;
  const user = text.slice(0, colon);
  const secret = text.slice(colon + 1);
  const percent = user.indexOf("%");
  if (percent < 0) return { id: user, secret };
  return { id: user.slice(0, percent), secret, token: user.slice(percent + 1) };
}
