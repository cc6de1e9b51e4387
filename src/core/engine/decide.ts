import type { Command, Decision, Env, World } from "./command.ts";

export function decide(_world: World, _command: Command, _env: Env): Decision {
  throw new Error("the engine is being written");
}
