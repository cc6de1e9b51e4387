import type { PipelineDeclaration } from "@aws-sdk/client-codepipeline";
import { findDeclaration } from "../../core/store/queries/pipelines.ts";
import { lasting } from "../aws-json/encode.ts";
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
 * read, parsed and encoded once; those asked for longest ago make room.
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
    const known = this.#take(key);
    if (known !== undefined) return this.#keep(key, known);
    const json = await findDeclaration(core.store.read, pipelineId, version);
    if (json === undefined) return undefined;
    const declaration = lasting(shownDeclaration(parseDeclaration(json), version, core.access));
    return this.#keep(key, { declaration, characters: json.length });
  }

  #take(key: string): Kept | undefined {
    const known = this.#kept.get(key);
    if (known === undefined) return undefined;
    this.#kept.delete(key);
    this.#characters -= known.characters;
    return known;
  }

  #keep(key: string, kept: Kept): PipelineDeclaration {
    // Two that read at once keep it once.
    this.#take(key);
    this.#kept.set(key, kept);
    this.#characters += kept.characters;
    for (const oldest of this.#kept.keys()) {
      if (this.#characters <= MAX_KEPT) break;
      this.#take(oldest);
    }
    return kept.declaration;
  }
}

export const shownDeclarations = new ShownDeclarations();
