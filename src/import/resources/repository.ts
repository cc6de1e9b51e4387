import type { CreateRepositoryInput } from "@aws-sdk/client-codecommit";
import { isList, isObject, type Json, type JsonObject, kindOf } from "../json.ts";
import { ImportProblem } from "../problem.ts";
import type { Read } from "./desired.ts";

/** AWS::CodeCommit::Repository. */
export function readRepository(name: string, properties: JsonObject): Read {
  const { RepositoryName: _, RepositoryDescription: description, Tags, ...others } = properties;
  const input: CreateRepositoryInput = {
    repositoryName: name,
    ...(description !== undefined && { repositoryDescription: String(description) }),
    ...(Tags !== undefined && { tags: tagsByKey(Tags) }),
  };
  const notes = Object.keys(others).map(
    (property) => `${property}: ${REASONS[property] ?? "has no effect here"}`,
  );
  return { wanted: { kind: "repository", name, input }, notes };
}

const REASONS: Readonly<Record<string, string>> = {
  Code: "push the first commit yourself",
  KmsKeyId: "repositories aren't encrypted by keys of KMS",
  Triggers: "pushes start pipelines, and call nothing else",
};

function tagsByKey(tags: Json): Record<string, string> {
  if (!isList(tags)) throw new ImportProblem(`Tags: takes a list, got ${kindOf(tags)}`);
  return Object.fromEntries(tags.map((tag) => (isObject(tag) ? [String(tag.Key), String(tag.Value)] : [])));
}
