import type { PipelineDeclaration } from "@aws-sdk/client-codepipeline";
import type { Access } from "../../core/access/types.ts";
import type { Declaration } from "./declaration.ts";
import { hideSecrets } from "./secrets.ts";

/** A declaration as GetPipeline, CreatePipeline and UpdatePipeline answer it: numbered, secrets as `****` (§4, §6). */
export function shownDeclaration(
  declaration: Declaration,
  version: number,
  access: Access,
): PipelineDeclaration {
  const { stages, ...rest } = hideSecrets(declaration, access);
  return { ...rest, version, stages: stages.map((stage) => ({ ...stage, actions: [...stage.actions] })) };
}
