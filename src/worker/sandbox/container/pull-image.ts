import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Provisioning, RegistryLogin } from "../job-sandbox.ts";
import type { Engine } from "./engine.ts";
import { EngineError } from "./engine-error.ts";
import { type Image, ImageError, inspectImage } from "./image.ts";
import { registryIn, withoutPinnedTag } from "./image-name.ts";

/** What podman calls images that were made here. */
const OF_THIS_HOST = "localhost/";

/** A registry's answer to those who may not have an image: nobody gets what others have pulled here with their login. */
const REFUSED = /unauthorized|denied|forbidden|credentials|authentication/i;

/**
 * Has the engine pull an image. Where its registry can't be asked, or has it no more, and the host has one of that name,
 * it is that one, which the log says. With a login, it is what that login opens, and no other.
 *
 * @param name of which `isImageName` holds
 * @param folder that commands don't see
 * @throws ImageError, the signal's reason when it is aborted
 */
export async function pullImage(
  engine: Engine,
  name: string,
  folder: string,
  { signal, say, login }: Provisioning,
): Promise<Image> {
  if (name.startsWith(OF_THIS_HOST)) return await ownImage(engine, name, "no registry has it");
  say(`[Millrace] pulling image ${name}`);
  try {
    const pulled =
      login === undefined
        ? await pull(engine, name, signal)
        : await pullWith(login, engine, name, { folder, signal });
    return await inspectImage(engine, pulled, name);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (login !== undefined || REFUSED.test(error.message)) throw unableToPull(error.message);
    const own = await ownImage(engine, name, error.message);
    say(`[Millrace] image ${name} could not be pulled, and is the one that this host has: ${error.message}`);
    return own;
  }
}

/** @returns what names the image that was pulled */
async function pull(
  engine: Engine,
  name: string,
  signal: AbortSignal,
  { before = [], after = [] }: { before?: readonly string[]; after?: readonly string[] } = {},
): Promise<string> {
  // Without a registry's name it is Docker Hub's, as on AWS; podman would guess at others.
  const source = engine.name === "podman" ? `docker://${withoutPinnedTag(name)}` : name;
  const asked = [...before, "pull", ...after, "--quiet", source];
  const printed = await engine.ask(asked, { signal, withinMs: "never" });
  return engine.name === "podman" ? printed.trim() : name;
}

/** The login is in a file of its own meanwhile: it stands on no command line, and in no configuration of the engine's. */
async function pullWith(
  login: RegistryLogin,
  engine: Engine,
  name: string,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<string> {
  const place = join(folder, "registry");
  const file = join(place, "config.json");
  const auth = Buffer.from(`${login.username}:${login.password}`).toString("base64");
  await mkdir(place, { mode: 0o700 });
  try {
    await writeFile(file, JSON.stringify({ auths: { [registryOf(engine, name)]: { auth } } }), {
      mode: 0o600,
    });
    if (engine.name === "podman") return await pull(engine, name, signal, { after: ["--authfile", file] });
    // Which daemon it talks to stands in the configuration that this one takes the place of.
    const host = await engine.ask(["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]);
    return await pull(engine, name, signal, { before: ["--config", place, "--host", host.trim()] });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** As the engine's files of logins name it. */
function registryOf({ name: engine }: Engine, name: string): string {
  const registry = registryIn(name);
  if (registry !== undefined && registry !== "docker.io") return registry;
  return engine === "podman" ? "docker.io" : "https://index.docker.io/v1/";
}

/** @param reason why it is looked for here */
async function ownImage(engine: Engine, name: string, reason: string): Promise<Image> {
  return await inspectImage(engine, name, name).catch(() => {
    throw unableToPull(reason);
  });
}

function unableToPull(reason: string): ImageError {
  return new ImageError(
    "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE",
    `Unable to pull customer's container image. ${reason}`,
  );
}
