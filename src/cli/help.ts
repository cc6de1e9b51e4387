import type { Command } from "./command.ts";
import { environmentName, type OptionDeclaration } from "./options.ts";

/** @param commands name and one line each */
export function overview(version: string, commands: readonly { name: string; summary: string }[]): string {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return [
    `Millrace ${version}: a continuous delivery server that speaks the AWS CodePipeline API.`,
    "",
    "Usage: millrace COMMAND [OPTIONS]",
    "",
    ...table(rows),
    "",
    "millrace COMMAND --help tells more; every option can also be set as MILLRACE_… in the environment.",
    "",
  ].join("\n");
}

export function helpOf({ name, positionals, description, options }: Command): string {
  const rows = Object.entries(options).map(
    ([option, declaration]) => [signature(option, declaration), explain(option, declaration)] as const,
  );
  return [
    `Usage: millrace ${[name, positionals, "[OPTIONS]"].filter(Boolean).join(" ")}`,
    "",
    description,
    "",
    ...table([...rows, ["--help", "Shows this."]]),
    "",
  ].join("\n");
}

function signature(option: string, declaration: OptionDeclaration): string {
  return declaration.type === "boolean" ? `--${option}` : `--${option} ${declaration.value}`;
}

function explain(option: string, declaration: OptionDeclaration): string {
  const fallback = declaration.type === "string" ? declaration.default : undefined;
  const standard = fallback === undefined ? "" : ` Default: ${fallback}.`;
  const variable = declaration.type === "list" ? "" : ` [${environmentName(option)}]`;
  return `${declaration.help}${standard}${variable}`;
}

function table(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
