/** Names that must be unique (api.md §5.3). */
import { placesOf, type TypedActionCheck } from "./check.ts";
import { invalidAction, invalidStructure } from "./findings.ts";

export const checkNames: TypedActionCheck = ({ stage, action }) =>
  stage.actions.find((other) => other.name === action.name) === action
    ? undefined
    : invalidAction(`Action name '${action.name}' is used more than once in stage '${stage.name}'`);

/** Unique over the pipeline, no artifact's name, and not one that Millrace fills itself (E4.2). */
export const checkNamespaces: TypedActionCheck = ({ stage, action }, _type, { declaration }) => {
  const { namespace } = action;
  if (namespace === undefined) return undefined;
  const declaresVariables = (declaration.variables ?? []).length > 0;
  if (namespace === "codepipeline" || (namespace === "variables" && declaresVariables)) {
    return invalidStructure(
      `The namespace '${namespace}' of action '${action.name}' in stage '${stage.name}' is reserved. Choose another name.`,
    );
  }
  const places = placesOf(declaration);
  const users = places.filter((place) => place.action.namespace === namespace);
  if (users.length > 1) {
    const lines = users.map(
      (user) => `StageName=[${user.stage.name}], ActionName=[${user.action.name}], Namespace=[${namespace}]`,
    );
    return invalidAction(
      `Namespaces must be unique across the pipeline definition. The following occur more than once in the pipeline.\n${lines.join("\n")}`,
    );
  }
  const clash = places.some((place) => place.action.outputArtifacts.some(({ name }) => name === namespace));
  return clash
    ? invalidAction(
        `The namespace '${namespace}' of action '${action.name}' in stage '${stage.name}' is also the name of an output artifact. Choose another name.`,
      )
    : undefined;
};
