/** docs/providers.md is written from the declarations: `npx vitest run test/docs --update` writes it anew. */
import { expect, test } from "vitest";
import { type ActionTypeDeclaration, declarations } from "../../src/worker/index.ts";

test("docs/providers.md says what the declarations say", async () => {
  await expect(page(declarations)).toMatchFileSnapshot("../../docs/providers.md");
});

function page(types: readonly ActionTypeDeclaration[]): string {
  const works = types.filter(({ needs }) => needs.length === 0);
  const others = types.filter(({ needs }) => needs.length > 0);
  return `${[
    "# Action types",
    "",
    "Every action type that Millrace knows. A pipeline that uses one which doesn't run on this server is refused when it is",
    "created or updated, with what is missing: success is never answered for work that was not done. Custom action types",
    "need nothing: their jobs wait for a job worker of yours.",
    "",
    "## What runs here",
    "",
    ...works.flatMap(section),
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
    outputVariables === "dynamic" ? "as the action declares" : outputVariables.join(", ") || "none";
  return [
    `### <a id="${anchor(type)}"></a>${title(type)}`,
    "",
    `Input artifacts: ${range(inputs)}. Output artifacts: ${range(outputs)}. Output variables: ${variables}.`,
    `Time-out: ${defaultTimeoutMinutes} minutes.${v2Only ? " Only in pipelines of type V2." : ""}`,
    "",
    ...(properties.length === 0 ? [] : ["| configuration | required | values |", "| --- | --- | --- |"]),
    ...properties.map(
      ({ name, required, allowed, secret }) =>
        `| ${name} | ${required ? "yes" : "no"} | ${[allowed?.join(", "), secret && "secret"].filter(Boolean).join("; ")} |`,
    ),
    ...(properties.length === 0 ? [] : [""]),
  ];
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
