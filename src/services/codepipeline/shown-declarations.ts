import type { PipelineDeclaration } from "@aws-sdk/client-codepipeline";
import { findDeclaration } from "../../core/store/queries/pipelines.ts";
import type { Call } from "../aws-json/operation.ts";
import { shownDeclaration } from "./shown-declaration.ts";
import { parseDeclaration } from "./stored.ts";

/** In characters of all declarations together: some thousand of common size, a few of the largest. */
const MAX_KEPT = 8_000_000;

interface Kept {
  readonly declaration: PipelineDeclaration;
  readonly characters: number;
}

/**
 * Pipeline versions as they are shown. A version never changes, and no id of a pipeline comes twice, so that each is
 * read and parsed once; those kept for longest make room.
 */
class ShownDeclarations {
  readonly #kept = new Map<string, Kept>();
  #characters = 0;

  /** @returns undefined for a version never reached */
  async get(
    { core }: Pick<Call, "core">,
    pipelineId: string,
    version: number,
  ): Promise<PipelineDeclaration | undefined> {
    const key = `${pipelineId}/${version}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known.declaration;
    const json = await findDeclaration(core.store.read, pipelineId, version);
    if (json === undefined) return undefined;
    const declaration = shownDeclaration(parseDeclaration(json), version, core.access);
    this.#keep(key, { declaration, characters: json.length });
    return declaration;
  }

  #keep(key: string, kept: Kept): void {
    // Two that read at once keep it once.
    this.#forget(key);
    this.#kept.set(key, kept);
    this.#characters += kept.characters;
    for (const oldest of this.#kept.keys()) {
      if (this.#characters <= MAX_KEPT) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#characters -= this.#kept.get(key)?.characters ?? 0;
    this.#kept.delete(key);
  }
}

export const shownDeclarations = new ShownDeclarations();
