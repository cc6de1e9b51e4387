/** `/git/<repository>.git/…`: clone and push over smart HTTP (S6.1 to S6.14). */
import { existsSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { circumstancesOf, type HttpCall, type HttpRoute, inviteBody } from "../http.ts";
import { authorize, callerOf, scopeOf } from "./caller.ts";
import { advertise, uploadPack } from "./fetch.ts";
import { ProtocolError } from "./pkt-line.ts";
import { createProcessSlots, type SlotLimits } from "./process-slots.ts";
import { receivePack } from "./receive.ts";
import { notFound, parseGitRequest, Refusal } from "./request.ts";

const SLOTS: SlotLimits = { total: 16, perUser: 4, waitMs: 30_000 };

/** One for a server: its limits on git processes count over all requests. */
export function createGitRoute(): HttpRoute {
  const slots = createProcessSlots(SLOTS);

  async function serve(request: IncomingMessage, response: ServerResponse, call: HttpCall): Promise<void> {
    const { core } = call;
    const asked = parseGitRequest(request, call.path, call.query);
    call.label(asked.advertise ? `advertise ${asked.service}` : asked.service);
    const caller = await callerOf(core, request);
    const scope = scopeOf(core, caller, asked);
    await authorize(core, caller, scope, asked, () => circumstancesOf(request, call, scope.region));
    const repository = await core.repositories.find(scope, asked.repositoryName);
    if (repository === undefined) throw notFound();
    if (!existsSync(repository.path)) throw new Refusal(421, "Another server keeps this repository's files.");

    const { service } = asked;
    const start = () =>
      core.repositories.serve(repository, {
        service,
        advertise: asked.advertise,
        anyObject: caller.kind === "job",
        ...(asked.protocol !== undefined && { protocol: asked.protocol }),
      });
    await slots.withSlot(`${caller.account}/${caller.accessKeyId}`, busy, async () => {
      inviteBody(request, response);
      if (service === "upload-pack") {
        if (asked.advertise) return advertise(start(), response, asked);
        return uploadPack(start(), request, response);
      }
      if (!asked.advertise) {
        const pusher = caller.arn;
        return receivePack(request, response, {
          start,
          begin: (push) => core.repositories.push(repository, { ...push, pusher }),
        });
      }
      // A push whose answer was lost is tried again, and ends here with "Everything up-to-date": what it did is
      // recorded now at the latest.
      await core.repositories.reconcile(repository);
      return advertise(start(), response, asked);
    });
  }

  return {
    name: "git",
    callers: "authorized",
    invitesBody: true,
    async handle(request, response, call) {
      response.setHeader("cache-control", "no-cache");
      // A client that goes away is noticed by the answer's end; what a push has begun goes on without it.
      response.on("error", () => undefined);
      try {
        await serve(request, response, call);
      } catch (error) {
        const refusal = error instanceof ProtocolError ? new Refusal(400, error.message) : error;
        if (!(refusal instanceof Refusal) || response.headersSent) throw error;
        response.writeHead(refusal.status, {
          ...refusal.headers,
          "content-type": "text/plain; charset=utf-8",
        });
        response.end(`${refusal.message}\n`);
      }
    },
  };
}

function busy(): Refusal {
  return new Refusal(503, "Too many git requests at once; try again.", { "retry-after": "30" });
}
