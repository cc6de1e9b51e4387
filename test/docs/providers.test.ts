/** docs/providers.md is written from the declarations: `npx vitest run test/docs --update` writes it anew. */
import { expect, test } from "vitest";
import { type ActionTypeDeclaration, declarations, ruleDeclarations } from "../../src/worker/index.ts";

test("docs/providers.md says what the declarations say", async () => {
  await expect(page(declarations, ruleDeclarations)).toMatchFileSnapshot("../../docs/providers.md");
});

function page(types: readonly ActionTypeDeclaration[], rules: readonly ActionTypeDeclaration[]): string {
  const works = types.filter(({ needs }) => needs.length === 0);
  const others = types.filter(({ needs }) => needs.length > 0);
  return `${[
    "# Action types",
    "",
    "Every action type that Millrace knows. A pipeline that uses one which doesn't run on this server is refused when it is",
    "created or updated, with what is missing: success is never answered for work that was not done. A tool is there when a",
    "worker that has it was heard of in the last 10 minutes. Custom action types need nothing: their jobs wait for a job",
    "worker of yours.",
    "",
    "## What runs here",
    "",
    ...works.flatMap(section),
    "## Rules of stage conditions",
    "",
    "They give no artifacts and no variables. Those that need a setting are refused until it is there.",
    "",
    ...rules.toSorted((a, b) => (title(a) < title(b) ? -1 : 1)).flatMap(section),
    "## What doesn't run yet",
    "",
    "| type | missing |",
    "| --- | --- |",
    ...others.map((type) => `| <a id="${anchor(type)}"></a>${title(type)} | ${type.needs.join(", ")} |`),
  ].join("\n")}\n`;
}

function section(type: ActionTypeDeclaration): string[] {
  const { inputs, outputs, outputVariables, properties, v2Only, defaultTimeoutMinutes } = type;
  const variables =
    outputVariables === "dynamic"
      ? "those that the action declares or its result names"
      : outputVariables.join(", ") || "none";
  return [
    `### <a id="${anchor(type)}"></a>${title(type)}`,
    "",
    `Input artifacts: ${range(inputs)}. Output artifacts: ${range(outputs)}. Output variables: ${variables}.`,
    `Time-out: ${defaultTimeoutMinutes} minutes.${v2Only ? " Only in pipelines of type V2." : ""}`,
    ...(type.tools ?? []).map((tool) => `Tool of the worker: \`${tool}\`.`),
    ...settingsOf(type).map((names) => `Setting: \`${names.join("` or `")}\`.`),
    "",
    ...(properties.length === 0 ? [] : ["| configuration | required | values |", "| --- | --- | --- |"]),
    ...properties.map(
      ({ name, required, allowed, secret }) =>
        `| ${name} | ${required ? "yes" : "no"} | ${[allowed?.join(", "), secret && "secret"].filter(Boolean).join("; ")} |`,
    ),
    ...(properties.length === 0 ? [] : [""]),
  ];
}

/** The settings that a type needs, whatever its configuration says. */
function settingsOf({ settings, properties }: ActionTypeDeclaration): readonly (readonly string[])[] {
  return settings?.(Object.fromEntries(properties.map(({ name }) => [name, "#{any.value}"]))) ?? [];
}

function title({ id }: ActionTypeDeclaration): string {
  return `${id.owner === "AWS" ? "" : `${id.owner} `}${id.category}/${id.provider}`;
}

function anchor({ id }: ActionTypeDeclaration): string {
  return `${id.category}-${id.provider}`.toLowerCase();
}

function range({ minimum, maximum }: { minimum: number; maximum: number }): string {
  return minimum === maximum ? String(minimum) : `${minimum} to ${maximum}`;
}
