/** The authorisation rules of CodeBuild: everything is about a project, its builds included (providers.md P2.1). */
import type { Tag } from "@aws-sdk/client-codebuild";
import type { Tags } from "../../core/access/types.ts";
import type { Authorization, OperationNeed } from "../aws-json/authorization.ts";
import type { Call } from "../aws-json/operation.ts";
import { projectArn } from "./arn.ts";

export function onProject<Input>(nameOf: (input: Input) => string | undefined): Authorization<Input> {
  return (input, call) => [projectNeed(call, nameOf(input) ?? "")];
}

export function projectNeed({ core, scope }: Pick<Call, "core" | "scope">, name: string): OperationNeed {
  return {
    resource: projectArn(scope, name),
    async resourceTags() {
      const project = await core.builds.findProject(scope, name);
      return requestTagsOf(project?.members.tags as readonly Tag[] | undefined);
    },
  };
}

/** Whoever makes or changes a project sets its tags, and gives its role to CodeBuild. */
export function onNewProject(
  { name = "", tags, serviceRole }: ProjectInput,
  call: Call,
): readonly OperationNeed[] {
  const project = { ...projectNeed(call, name), requestTags: requestTagsOf(tags) };
  return serviceRole === undefined ? [project] : [project, passRole(serviceRole)];
}

interface ProjectInput {
  readonly name?: string | undefined;
  readonly tags?: readonly Tag[] | undefined;
  readonly serviceRole?: string | undefined;
}

/** A role of a project is a name only: its account needn't be here. */
export function passRole(serviceRole: string): OperationNeed {
  return {
    action: "iam:PassRole",
    resource: serviceRole,
    keys: { "iam:PassedToService": "codebuild.amazonaws.com" },
    ofAnyAccount: true,
  };
}

function requestTagsOf(tags: readonly Tag[] = []): Tags {
  return Object.fromEntries(tags.map(({ key = "", value = "" }) => [key, value]));
}
