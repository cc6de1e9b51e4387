/** Compute/Commands, and the members that only it knows (api.md §5.3; providers.md P4.2, P4.5, P4.8). */
import { parseReferences } from "../../../core/engine/index.ts";
import type { Action } from "../declaration.ts";
import type { Finding, Subject, TypedActionCheck } from "./check.ts";
import { invalidAction } from "./findings.ts";
import { quotedHereDocuments } from "./here-documents.ts";

export const checkCommands: TypedActionCheck = ({ action }, _type, subject) =>
  isCommands(action) ? checkOwnMembers(action, subject) : checkForeignMembers(action);

function isCommands({ actionTypeId: { owner, category, provider } }: Action): boolean {
  return owner === "AWS" && category === "Compute" && provider === "Commands";
}

function checkOwnMembers(action: Action, { declaration, scope }: Subject): Finding {
  if ((action.commands ?? []).length === 0) {
    return invalidAction(`Action ${action.name} must have a non-empty commands field`);
  }
  const secrets = (action.environmentVariables ?? []).filter(({ type }) => type === "SECRETS_MANAGER");
  const leaked = (action.outputVariables ?? []).find((name) =>
    secrets.some((secret) => secret.name === name),
  );
  if (leaked !== undefined) {
    return invalidAction(
      `Output variable '${leaked}' of action '${action.name}' is a SECRETS_MANAGER environment variable. Secrets cannot be output variables.`,
    );
  }
  if (action.region !== undefined && action.region !== scope.region) {
    return invalidAction(
      `Action '${action.name}' runs commands in region '${action.region}'. Commands run in the region of the pipeline, '${scope.region}'.`,
    );
  }
  if (action.roleArn !== undefined && accountOf(action.roleArn) !== accountOf(declaration.roleArn)) {
    return invalidAction(
      `Action '${action.name}' runs commands with role '${action.roleArn}' of another account. Commands run in the account of the pipeline.`,
    );
  }
  return checkHereDocuments(`action '${action.name}'`, action.commands ?? []);
}

/** A quoted here-document expands nothing, so a reference in it could only be pasted (attacks.md A20). */
export function checkHereDocuments(of: string, commands: readonly string[]): Finding {
  const [reference] = commands
    .flatMap(quotedHereDocuments)
    .flatMap((body) => parseReferences(body).references);
  return (
    reference &&
    invalidAction(
      `Variable reference ${reference.text} in a command of ${of} stands in a quoted here-document.`,
    )
  );
}

function checkForeignMembers(action: Action): Finding {
  const { owner, category, provider } = action.actionTypeId;
  const isEks = owner === "AWS" && category === "Deploy" && provider === "EKS";
  const member =
    (action.commands !== undefined && "commands") ||
    (action.outputVariables !== undefined && "outputVariables") ||
    (action.outputArtifacts.some(({ files }) => files !== undefined) && "outputArtifacts.files") ||
    (action.environmentVariables !== undefined && !isEks && "environmentVariables");
  if (!member) return undefined;
  return invalidAction(
    `Action '${action.name}' declares ${member}, which actions of category '${category}' and provider '${provider}' do not take.`,
  );
}

export function accountOf(arn: string): string | undefined {
  return arn.split(":")[4];
}
