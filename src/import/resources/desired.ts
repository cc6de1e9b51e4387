/** What a document asks for, in the shapes of the API: the same from templates and from declarations. */
import type { CreateProjectInput } from "@aws-sdk/client-codebuild";
import type { CreateRepositoryInput } from "@aws-sdk/client-codecommit";
import type {
  CreateCustomActionTypeInput,
  CreatePipelineInput,
  PutWebhookInput,
} from "@aws-sdk/client-codepipeline";
import type { CreateConnectionInput } from "@aws-sdk/client-codestar-connections";

export type Desired = { readonly region: string; readonly place: string } & Wanted;

export type Wanted =
  | { readonly kind: "bucket"; readonly name: string; readonly versioned: boolean | undefined }
  | { readonly kind: "repository"; readonly name: string; readonly input: CreateRepositoryInput }
  | {
      readonly kind: "connection";
      readonly name: string;
      /** By which the template's other resources name it. */
      readonly arn: string;
      readonly service: string;
      /** The end of the ARN. */
      readonly id: string;
      readonly input: CreateConnectionInput;
    }
  | { readonly kind: "action type"; readonly name: string; readonly input: CreateCustomActionTypeInput }
  | { readonly kind: "build project"; readonly name: string; readonly input: CreateProjectInput }
  | {
      readonly kind: "pipeline";
      readonly name: string;
      readonly input: CreatePipelineInput;
      /** Inbound transitions that are to be disabled, with the reason each. */
      readonly disabled: readonly { readonly stage: string; readonly reason: string }[];
      /** Starts an execution when the declaration was updated. */
      readonly restarts: boolean;
    }
  | {
      readonly kind: "webhook";
      readonly name: string;
      readonly input: PutWebhookInput;
      readonly register: boolean;
    };

export type Kind = Wanted["kind"];

/** The order in which they are made: what comes later may refer to what comes before. */
export const ORDER: readonly Kind[] = [
  "bucket",
  "repository",
  "connection",
  "action type",
  "build project",
  "pipeline",
  "webhook",
];

/** What a resource type of a template becomes. */
export interface Read {
  readonly wanted: Wanted;
  /** Properties that have no effect here, each with the reason. */
  readonly notes: readonly string[];
}
