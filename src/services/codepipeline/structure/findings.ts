/** The errors that structure checks end in. */
import { AwsError } from "../../aws-json/error.ts";

export function invalidStructure(text: string): AwsError {
  return new AwsError("InvalidStructureException", text);
}

export function invalidStage(text: string): AwsError {
  return new AwsError("InvalidStageDeclarationException", text);
}

export function invalidAction(text: string): AwsError {
  return new AwsError("InvalidActionDeclarationException", text);
}

export function invalidBlocker(text: string): AwsError {
  return new AwsError("InvalidBlockerDeclarationException", text);
}
