/** Rule/Commands: succeeds when every command exits with 0 (P9). */
import type { Provider } from "../provider.ts";
import { COMMANDS_SETTINGS } from "../providers/build-settings.ts";
import { COMMANDS_PROPERTIES, runCommands } from "../providers/commands.ts";
import { between } from "../providers/declare.ts";
import { declareRule } from "./declare.ts";

export const commandsRule: Provider = {
  declaration: declareRule("Commands", {
    inputs: between(0, 10),
    properties: COMMANDS_PROPERTIES,
    besides: COMMANDS_SETTINGS,
  }),
  // It says itself what becomes of its role.
  usesRole: () => true,
  run: runCommands,
};
