import type { Engine } from "./engine.ts";
import { registryIn, withoutPinnedTag } from "./image-name.ts";

/** An image on this host, ready to be run. */
export interface Image {
  /** What it is run by: a tag that moves meanwhile changes nothing. */
  readonly id: string;
  /**
   * Of its manifest, `sha256:…`, and of the index that led to it, where there is one; none for an image that no registry
   * has. One that was made and pushed here has the digest of what was made, too.
   */
  readonly digests: readonly string[];
  /** The folders that it wants kept outside of its containers. */
  readonly volumes: readonly string[];
}

/** A build's image can't be had or run: the build's error, not the worker's (P2.9). */
export class ImageError extends Error {
  readonly statusCode: "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE" | "CLIENT_ERROR";

  constructor(statusCode: ImageError["statusCode"], message: string) {
    super(message);
    this.name = "ImageError";
    this.statusCode = statusCode;
  }
}

const ASKED = '{"id":"{{.Id}}","digests":{{json .RepoDigests}},"volumes":{{json .Config.Volumes}}}';

/**
 * Asks for an image that this host has.
 *
 * @param what names it to the engine
 * @param name by which it was asked for
 * @throws EngineError when it isn't there
 */
export async function inspectImage(engine: Engine, what: string, name: string): Promise<Image> {
  const text = await engine.ask(["image", "inspect", "--format", ASKED, what]);
  const { id, digests, volumes } = JSON.parse(text) as {
    id: string;
    digests: readonly string[] | null;
    volumes: Readonly<Record<string, unknown>> | null;
  };
  return { id, digests: digestsOf(name, digests ?? []), volumes: Object.keys(volumes ?? {}) };
}

/**
 * Whether this host has an image that its registry, or Docker Hub without one, has by this name; not where the engine
 * doesn't say so before the signal is aborted.
 *
 * @param name of which `isImageName` holds
 */
export async function hasImage(engine: Engine, name: string, signal: AbortSignal): Promise<boolean> {
  const asked = ["image", "inspect", "--format", "{{.Id}}", keptName(engine, name)];
  return await engine.ask(asked, { signal }).then(
    () => true,
    () => false,
  );
}

/** Without a registry's name podman would take any registry's, and images that were made here. */
function keptName({ name: engine }: Engine, name: string): string {
  if (engine !== "podman") return name;
  const of = registryIn(name) === undefined ? (name.includes("/") ? "docker.io/" : "docker.io/library/") : "";
  return of + withoutPinnedTag(name);
}

/** @param digests of all repositories that have it, as `<repository>@sha256:…` */
function digestsOf(name: string, digests: readonly string[]): readonly string[] {
  const [tagged = "", pinned] = name.split("@");
  if (pinned !== undefined) return [pinned];
  const repository = tagged.replace(/:[^/:]*$/, "");
  return digests.flatMap((digest) => {
    const [place, value = ""] = digest.split("@");
    return `/${place}`.endsWith(`/${repository}`) ? [value] : [];
  });
}
