import type { Engine } from "./engine.ts";
import { EngineError } from "./engine-error.ts";

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

/** What podman calls images that were made here. */
const OF_THIS_HOST = "localhost/";

const ASKED = '{"id":"{{.Id}}","digests":{{json .RepoDigests}},"volumes":{{json .Config.Volumes}}}';

/**
 * Has the engine pull an image; where it can't, and has one of that name, it is that one, which the log says.
 *
 * @param name of which `isImageName` holds
 * @throws ImageError, the signal's reason when it is aborted
 */
export async function pullImage(
  engine: Engine,
  name: string,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Image> {
  if (name.startsWith(OF_THIS_HOST)) return await ownImage(engine, name, "no registry has it");
  try {
    // Without a registry's name it is Docker Hub's, as on AWS; podman would guess at others.
    const source = engine.name === "podman" ? `docker://${name}` : name;
    const pulled = await engine.ask(["pull", "--quiet", source], { signal, withinMs: "never" });
    return await inspect(engine, engine.name === "podman" ? pulled.trim() : name, name);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const own = await ownImage(engine, name, error.message);
    say(`[Millrace] image ${name} could not be pulled, and is the one that this host has: ${error.message}`);
    return own;
  }
}

/** @param reason why it is looked for here */
async function ownImage(engine: Engine, name: string, reason: string): Promise<Image> {
  return await inspect(engine, name, name).catch(() => {
    throw new ImageError(
      "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE",
      `Unable to pull customer's container image. ${reason}`,
    );
  });
}

async function inspect(engine: Engine, what: string, name: string): Promise<Image> {
  const text = await engine.ask(["image", "inspect", "--format", ASKED, what]);
  const { id, digests, volumes } = JSON.parse(text) as {
    id: string;
    digests: readonly string[] | null;
    volumes: Readonly<Record<string, unknown>> | null;
  };
  return { id, digests: digestsOf(name, digests ?? []), volumes: Object.keys(volumes ?? {}) };
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
