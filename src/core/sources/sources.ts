import { startByChange } from "../commands/index.ts";
import type { Commands } from "../commands/types.ts";
import type { Ambient, Scope } from "../scope.ts";
import { idleSince } from "../store/idle-pipelines.ts";
import { type ChangedSource, type Watcher, watchersOf } from "../store/source-changes.ts";
import type { Tx } from "../store/store.ts";
import { startsOf } from "./starts.ts";
import type { Sources } from "./types.ts";

export interface SourcesOptions {
  readonly commands: Pick<Commands, "runIn">;
  readonly ambient: Pick<Ambient, "now">;
}

/**
 * Turns changes into starts, each in the transaction that records the change: there is never one without the other
 * (S6.12, S8.1).
 */
export function createSources({ commands, ambient }: SourcesOptions): Sources {
  return {
    async branchMoved(tx, scope, { repositoryName, branch, commitId }) {
      const watchers = await awake(tx, scope, {
        provider: "CodeCommit",
        container: repositoryName,
        item: branch,
      });
      return startByChange(tx, commands, startsOf(watchers, scope, "codecommit", { revisionId: commitId }));
    },

    async objectWritten(tx, { account, region, bucket, key, versionId, etag }) {
      const scope = { account, region };
      const watchers = await awake(tx, scope, { provider: "S3", container: bucket, item: key });
      await startByChange(tx, commands, startsOf(watchers, scope, "s3", { revisionId: versionId ?? etag }));
    },
  };

  /** Those that the change is told: polling that has stopped finds nothing (S5.8). */
  async function awake(tx: Tx, scope: Scope, source: ChangedSource): Promise<Watcher[]> {
    const now = ambient.now();
    const found: Watcher[] = [];
    for (const watcher of await watchersOf(tx, scope, source)) {
      const { pipelineId: id, polls, updated } = watcher;
      if (!polls || (await idleSince(tx, { id, updated }, now)) === undefined) found.push(watcher);
    }
    return found;
  }
}
