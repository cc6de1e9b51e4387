import {
  BatchGetProjectsCommand,
  CreateProjectCommand,
  type CreateProjectInput,
  CreateProjectInput$,
  type Project,
  UpdateProjectCommand,
} from "@aws-sdk/client-codebuild";
import { NormalizedSchema } from "@smithy/core/schema";
import type { Desired } from "../resources/desired.ts";
import { diff } from "./diff.ts";
import type { Region } from "./server.ts";
import type { Step } from "./step.ts";

/** Judged by the server; compared with CodeBuild's defaults filled in. */
export async function planProject(
  { input, name, region }: Extract<Desired, { kind: "build project" }>,
  { codebuild, call }: Region,
): Promise<Step> {
  const { project: after, exists } = await call<{ project: Project; exists: boolean }>("CheckProject", {
    project: input,
  });
  const shared = { kind: "build project", name, region, notes: [] } as const;
  if (!exists)
    return {
      ...shared,
      action: "create",
      changes: diff(undefined, settings(after)),
      async apply() {
        await codebuild.send(new CreateProjectCommand(input));
      },
    };
  const { projects: [before = {}] = [] } = await codebuild.send(
    new BatchGetProjectsCommand({ names: [name] }),
  );
  const changes = diff(settings(before), settings(after));
  return {
    ...shared,
    action: changes.length > 0 ? "update" : "keep",
    changes,
    async apply() {
      await codebuild.send(new UpdateProjectCommand(whole(input, after)));
    },
  };
}

/** Without what the server makes, and without members that are empty: an update can't take those away, but empty them. */
function settings(project: Project): Partial<Project> {
  const { arn, created, lastModified, badge, webhook, ...rest } = project;
  const entries = Object.entries({ ...rest, badgeEnabled: badge?.badgeEnabled ?? false });
  return Object.fromEntries(entries.filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === "") return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** UpdateProject leaves members alone that aren't given: those that the document doesn't have are given as empty. */
function whole(input: CreateProjectInput, defaults: Project): CreateProjectInput {
  const members = [...NormalizedSchema.of(CreateProjectInput$).structIterator()];
  const empty = members.map(([name, member]) => [name, emptyOf(member)] as const);
  return {
    ...Object.fromEntries(empty),
    badgeEnabled: false,
    ...settings(defaults),
    ...input,
  } as CreateProjectInput;
}

/** undefined, which isn't sent, for what has no empty value. */
function emptyOf(member: NormalizedSchema): unknown {
  if (member.isListSchema()) return [];
  if (member.isStructSchema() || member.isMapSchema()) return {};
  return member.isStringSchema() ? "" : undefined;
}
