/** Where symbolic links of an archive lead, worked out on names alone, before anything is on disk (P12.5). */
import type { ProviderError } from "../provider.ts";
import { refuseEntry } from "./refusal.ts";

/** More than any honest archive nests; a longer chain is a loop. */
const MAX_LINKS_FOLLOWED = 40;

/**
 * The path that `path` names once all links on its way are followed (`""` is the root), or undefined when it
 * leaves the root or never ends.
 *
 * @param links target text of each link, by the link's path
 */
export function resolvePath(path: string, links: ReadonlyMap<string, string>): string | undefined {
  const rest = segmentsOf(path).reverse();
  const done: string[] = [];
  let followed = 0;
  for (let segment = rest.pop(); segment !== undefined; segment = rest.pop()) {
    if (segment === "..") {
      if (done.pop() === undefined) return undefined;
      continue;
    }
    const here = [...done, segment].join("/");
    const target = links.get(here);
    if (target === undefined) {
      done.push(segment);
      continue;
    }
    followed += 1;
    if (followed > MAX_LINKS_FOLLOWED || isAbsolute(target)) return undefined;
    rest.push(...segmentsOf(target).reverse());
  }
  return done.join("/");
}

/**
 * Refuses links whose target isn't inside the root, wherever it then points.
 *
 * @param links target text of each link, by the link's path
 * @throws ProviderError in the words of P12.2
 */
export function checkLinks(artifact: string, links: ReadonlyMap<string, string>): void {
  for (const [path, target] of links) {
    if (target === "" || resolvePath(path, links) === undefined) throw linkLeaves(artifact, path);
  }
}

export function linkLeaves(artifact: string, path: string): ProviderError {
  return refuseEntry(artifact, path, "is a link that leaves the target folder");
}

function segmentsOf(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "" && segment !== ".");
}

function isAbsolute(target: string): boolean {
  return /^[/\\]|^[A-Za-z]:[/\\]/.test(target);
}
