import type { Job } from "../protocol.ts";
import { isImageName, type Sandbox } from "../sandbox/index.ts";
import { HOST, mappedImage } from "./image-map.ts";

/** What the commands of a build run in (P2.8). */
export type Place =
  | { readonly kind: "host" }
  | { readonly kind: "container"; readonly image: string }
  /** Nothing: `reason` says what the image is up against. */
  | { readonly kind: "refused"; readonly reason: string };

type Host = Pick<Sandbox, "hasContainers" | "hostRefusal">;

/** AWS's own images are in no registry under these names. */
const OF_AWS = "aws/codebuild/";

/**
 * Where the commands of a job run. With the executor `auto`, on the worker and in the job's settings, that is a container
 * for an image that the operator has named in the place of another, and for one that the engine has already: what it is
 * asked for here. For AWS's own images by their own names nobody looks for an engine.
 *
 * @param image as the project has it
 */
export async function choosePlace(
  image: string,
  job: Pick<Job, "settings">,
  sandbox: Sandbox,
): Promise<Place> {
  const { hasContainers, hostRefusal } = sandbox;
  const contained = hasContainers || (await isContained(image, job, sandbox));
  return placeOf(image, job, { hasContainers: contained, hostRefusal });
}

async function isContained(
  image: string,
  { settings = {} }: Pick<Job, "settings">,
  sandbox: Sandbox,
): Promise<boolean> {
  const { "builds.executor": wanted = "auto" } = settings;
  const mapped = mappedImage(image, settings);
  const name = mapped ?? image;
  if (wanted !== "auto" || mapped === HOST || name.startsWith(OF_AWS) || !isImageName(name)) return false;
  return mapped === undefined ? await sandbox.findsImage(name) : await sandbox.findsEngine();
}

/** @param image as the project has it */
export function placeOf(image: string, { settings = {} }: Pick<Job, "settings">, sandbox: Host): Place {
  const mapped = mappedImage(image, settings);
  if (mapped === HOST) return hostPlace(sandbox);
  if (!sandbox.hasContainers)
    return settings["builds.requireImage"] === "true"
      ? refused(
          `builds run on this host, and builds.requireImage is true; the setting images.${image}=host lets this one`,
        )
      : { kind: "host" };
  const name = mapped ?? image;
  if (name.startsWith(OF_AWS))
    return refused(
      `no registry has AWS's own; the setting images.${image}=<image> names one in its place, or host this host`,
    );
  if (!isImageName(name)) return refused("this is no image's name, such as docker.io/library/node:24");
  return { kind: "container", image: name };
}

function hostPlace({ hostRefusal }: Host): Place {
  return hostRefusal === undefined
    ? { kind: "host" }
    : refused(`it stands for this host, but ${hostRefusal}`);
}

function refused(reason: string): Place {
  return { kind: "refused", reason };
}
