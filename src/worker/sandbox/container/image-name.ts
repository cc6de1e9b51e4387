/** Names of images, as registries know them: what an engine is given is nothing else (P2.8). */

const PART = "[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*";
const HOST = "[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?";
const NAME = new RegExp(
  `^(?:${HOST}/)?${PART}(?:/${PART})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);

const LONGEST = 512;

/**
 * Whether a text is the name of an image: `node:24`, `registry.example.com:5000/team/tools@sha256:…`. No option of an
 * engine's command line is, and none of podman's other sources, such as `dir:/etc`.
 */
export function isImageName(text: string): boolean {
  return text.length <= LONGEST && NAME.test(text);
}

/** The registry in a name; undefined where it says none, which is Docker Hub's then. */
export function registryIn(name: string): string | undefined {
  const [first = "", ...rest] = name.split("/");
  return rest.length > 0 && (/[.:]/.test(first) || first === "localhost") ? first : undefined;
}

/** What a digest says is all of it; podman takes no tag besides. */
export function withoutPinnedTag(name: string): string {
  return name.replace(/:[^/:@]*@/, "@");
}
