/** Every action type that Millrace knows, and what does those that it can do (P0.1, P0.7). */
import type { ActionTypeDeclaration, Provider } from "../provider.ts";
import { codeBuildBuild, codeBuildTest } from "./codebuild.ts";
import { codeCommitSource } from "./codecommit-source.ts";
import { commands } from "./commands.ts";
import { connectionSource } from "./connection-source.ts";
import { declaredBuilds } from "./declared-builds.ts";
import { declaredDeploys } from "./declared-deploys.ts";
import { declaredInvokes } from "./declared-invokes.ts";
import { declaredSources } from "./declared-sources.ts";
import { gitHubSource } from "./github-source.ts";
import { lambda } from "./lambda.ts";
import { manualApproval } from "./manual-approval.ts";
import { nestedPipeline } from "./nested-pipeline.ts";
import { s3Deploy } from "./s3-deploy/provider.ts";
import { s3Source } from "./s3-source.ts";

/** Those that take jobs. */
export const providers: readonly Provider[] = [
  s3Source,
  codeCommitSource,
  gitHubSource,
  connectionSource,
  codeBuildBuild,
  codeBuildTest,
  commands,
  s3Deploy,
  nestedPipeline,
  lambda,
];

/** All of them, also those that are refused when a pipeline names them. */
export const declarations: readonly ActionTypeDeclaration[] = [
  ...providers.map(({ declaration }) => declaration),
  ...declaredSources,
  ...declaredBuilds,
  manualApproval,
  ...declaredDeploys,
  ...declaredInvokes,
];
