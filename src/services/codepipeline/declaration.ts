/** The pipeline declaration as the handlers know it: validated, with AWS's own member names. */
import type {
  ActionDeclaration as SdkAction,
  PipelineDeclaration as SdkPipeline,
  StageDeclaration as SdkStage,
} from "@aws-sdk/client-codepipeline";
import type { Checked } from "./checked.ts";

/** As a caller gives it. */
export type GivenDeclaration = Checked<SdkPipeline>;
export type GivenAction = Checked<SdkAction>;

/** With the defaults of api.md §4 filled in; `version` is the store's. */
export type Declaration = Omit<GivenDeclaration, "stages" | "version" | "executionMode" | "pipelineType"> & {
  readonly stages: readonly Stage[];
  readonly executionMode: NonNullable<GivenDeclaration["executionMode"]>;
  readonly pipelineType: NonNullable<GivenDeclaration["pipelineType"]>;
};

export type Stage = Omit<Checked<SdkStage>, "actions"> & { readonly actions: readonly Action[] };

type Filled = "runOrder" | "configuration" | "inputArtifacts" | "outputArtifacts";
export type Action = Omit<GivenAction, Filled> & { readonly [M in Filled]-?: NonNullable<GivenAction[M]> };

/** A declaration of the store, which only ever holds what `normalize` made. */
export function storedDeclaration(json: Readonly<Record<string, unknown>>): Declaration {
  return json as unknown as Declaration;
}
