/** git repositories elsewhere: how git is run for them, and this machine's mirrors of them (P1.9, P1.10, S7.10). */
export { inTurn } from "./in-turn.ts";
export { listRefs } from "./list-refs.ts";
export { fetchCommit, mirrorsIn } from "./mirror.ts";
export { hasCommit, ObjectReader } from "./objects.ts";
export { pinned, type Reachable } from "./pinned.ts";
export { basicAuthentication, type Remote, remoteFailure } from "./remote.ts";
export { GitError, GitMissingError, GitOutputError, git } from "./run-git.ts";
export { removeUnusedMirrors } from "./unused-mirrors.ts";
export { trusting } from "./way.ts";
