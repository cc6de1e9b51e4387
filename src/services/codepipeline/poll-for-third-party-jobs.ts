import type { PollForThirdPartyJobsInput, PollForThirdPartyJobsOutput } from "@aws-sdk/client-codepipeline";
import { mayPoll } from "../../core/partners.ts";
import { onAnything } from "../aws-json/authorization.ts";
import { operation } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";
import { actionTypeNotFound } from "./errors.ts";
import { LARGEST_BATCH } from "./poll-for-jobs.ts";

type Input = Checked<PollForThirdPartyJobsInput>;

/**
 * Hands out waiting jobs of a partner's action type, of all its customers, by their ids only: what is to be done, and
 * the nonce, the partner asks for with the customer's token.
 *
 * @throws ActionTypeNotFoundException
 * @see api.md §16
 */
export const pollForThirdPartyJobs = operation<Input, PollForThirdPartyJobsOutput>("PollForThirdPartyJobs", {
  authorization: onAnything,

  async handle({ actionTypeId, maxBatchSize = 1 }, { core, caller, scope }) {
    const partner = await core.catalogue.partners.find(core.store.read, actionTypeId);
    if (partner === undefined || !mayPoll(partner, caller.account)) throw actionTypeNotFound(actionTypeId);
    const jobs: { clientId: string; jobId: string }[] = [];
    const most = Math.min(maxBatchSize, LARGEST_BATCH);
    for (const { account, clientId } of partner.clients) {
      const max = most - jobs.length;
      if (max === 0) break;
      const found = await core.jobs.poll({ account, region: scope.region }, { types: [actionTypeId], max });
      jobs.push(...found.map(({ id }) => ({ clientId, jobId: id })));
    }
    return { jobs };
  },
});
