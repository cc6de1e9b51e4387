import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ProviderError } from "../../provider.ts";
import { OWNER, WORKER_IS_ROOT } from "../command-user.ts";
import {
  type ContainerPlan,
  giveBackOptions,
  PIPES,
  ROOT_USER,
  runOptions,
  VOLUMES,
} from "./container-options.ts";
import type { Engine } from "./engine.ts";
import { EngineError } from "./engine-error.ts";
import { makeHold, takeHold } from "./holder.ts";
import { type Image, ImageError } from "./image.ts";

const START_MS = 30_000;
const GRACE_SECONDS = 5;
const MOUNTS = '{"image":"{{.Image}}","mounts":{{json .Mounts}}}';

/** The label of the containers whose jobs have their folders in this one. */
export function labelOf(jobsFolder: string): string {
  return `millrace.jobs=${createHash("sha256").update(jobsFolder).digest("hex").slice(0, 32)}`;
}

/** Whether jobs of a folder may have left containers: a job's pipes are there before its container, and until it is gone. */
export function mayHaveContainers(jobsFolder: string): boolean {
  return readdirSync(jobsFolder).some((job) => existsSync(join(jobsFolder, job, PIPES)));
}

/** Removes the containers of jobs whose worker has died. @throws EngineError */
export async function removeContainers(engine: Engine, jobsFolder: string): Promise<void> {
  const found = await engine.ask(["ps", "--all", "--quiet", "--filter", `label=${labelOf(jobsFolder)}`]);
  for (const id of found.split(/\s+/).filter(Boolean)) await removeContainer(engine, id);
}

/** @throws EngineError */
async function removeContainer(engine: Engine, name: string): Promise<void> {
  // One that isn't there, or has ended, is what was wanted.
  await engine.ask(["stop", "-t", String(GRACE_SECONDS), name]).catch(() => undefined);
  if (!WORKER_IS_ROOT) await giveBack(engine, name);
  await engine.ask(["rm", "--force", "--volumes", name]).catch((error: EngineError) => {
    if (!/no such container|no container with name/i.test(error.message)) throw error;
  });
}

/** What others than the worker have made can't be handed on or removed by it, unless it is root. */
async function giveBack(engine: Engine, name: string): Promise<void> {
  const owner = engine.isRootless ? ROOT_USER : `${OWNER.uid}:${OWNER.gid}`;
  try {
    const text = await engine.ask(["container", "inspect", "--format", MOUNTS, name]);
    const { image, mounts } = JSON.parse(text) as {
      image: string;
      mounts: readonly { readonly Destination: string; readonly RW: boolean }[];
    };
    const folders = mounts.flatMap(({ Destination, RW }) => (RW ? [Destination] : []));
    await engine.ask(giveBackOptions(name, image, folders, owner));
  } catch {
    // An image may have no chown: most files can be read all the same, and whose folder stays is warned of.
  }
}

/** A container that waits for commands, as long as this process holds it. */
export class Container {
  readonly #engine: Engine;
  readonly #plan: ContainerPlan;
  readonly #image: Image;
  #letGo: (() => void) | undefined;

  private constructor(engine: Engine, plan: ContainerPlan, image: Image) {
    this.#engine = engine;
    this.#plan = plan;
    this.#image = image;
  }

  /** @throws ImageError where the image is to blame, ProviderError where the engine is: nothing is left then */
  static async start(engine: Engine, plan: ContainerPlan, image: Image): Promise<Container> {
    const { workDir } = plan.folders;
    mkdirSync(join(workDir, PIPES), { mode: 0o711 });
    for (const index of image.volumes.keys())
      mkdirSync(join(workDir, VOLUMES, String(index)), { recursive: true });
    await makeHold(join(workDir, PIPES));
    const container = new Container(engine, plan, image);
    try {
      await container.#start();
      return container;
    } catch (error) {
      await container.remove();
      throw error;
    }
  }

  get name(): string {
    return this.#plan.name;
  }

  /** Runs a line of shell of ours in it, and answers what it printed. @throws EngineError */
  async run(user: string, script: string): Promise<string> {
    return await this.#engine.ask(["exec", "--user", user, this.name, "/bin/sh", "-c", script]);
  }

  /** What its commands have written outside of the job's folders; 0 while nobody knows. */
  async layerBytes(): Promise<number> {
    const asked = ["container", "inspect", "--size", "--format", "{{.SizeRw}}", this.name];
    return await this.#engine.ask(asked).then(Number, () => 0);
  }

  /** Ends its processes, SIGTERM first, and removes it. @throws ProviderError SystemUnavailable when that can't be done */
  async remove(): Promise<void> {
    await removeContainer(this.#engine, this.name).catch((error: EngineError) => {
      throw new ProviderError(
        "SystemUnavailable",
        `processes of the job could not be ended: ${error.message}`,
      );
    });
    this.#letGo?.();
    rmSync(join(this.#plan.folders.workDir, PIPES), { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    try {
      // Not to be aborted: an engine may go on without whoever asked, and nobody would know of the container.
      await this.#engine.ask(runOptions(this.#engine.name, this.#plan, this.#image));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const reason = `${this.#engine.name} could not start a container: ${error.message}`;
      throw new ProviderError("SystemUnavailable", reason);
    }
    this.#letGo = await this.#takeHold();
  }

  async #takeHold(): Promise<() => void> {
    const ended = new AbortController();
    const status = this.#engine
      .ask(["wait", this.name], { signal: ended.signal, withinMs: START_MS })
      .catch(() => undefined);
    void status.then(() => ended.abort());
    const letGo = await takeHold(join(this.#plan.folders.workDir, PIPES), ended.signal);
    ended.abort();
    if (letGo !== undefined) return letGo;
    const found = (await status)?.trim();
    throw this.#unusable(
      found === undefined
        ? "its /bin/sh doesn't get to the job's folders"
        : `its /bin/sh ended with status ${found} instead of waiting for commands`,
    );
  }

  #unusable(reason: string): ImageError {
    const { image } = this.#plan;
    return new ImageError("CLIENT_ERROR", `image is not supported by this worker: ${image} (${reason})`);
  }
}
