import { chmodSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { memoryKillsIn } from "../control-group/limits.ts";
import { DiskGuard } from "../disk-guard.ts";
import { quote } from "../driver.ts";
import { type Network, withNetwork } from "../executor.ts";
import { type JobFolders, makeJobFolders } from "../job-folders.ts";
import type {
  JobLimits,
  JobSandbox,
  NewContainer,
  NewJob,
  NewShell,
  Provisioning,
  UserRefusal,
} from "../job-sandbox.ts";
import type { Shell } from "../shell.ts";
import { Container, labelOf } from "./container.ts";
import { type ContainerPlan, inside, outside, ROOT_USER } from "./container-options.ts";
import { startContainerShell } from "./container-shell.ts";
import type { Engine } from "./engine.ts";
import { EngineError } from "./engine-error.ts";
import { pullImage } from "./pull-image.ts";

/**
 * Where shells of other users than root leave their state. It stays the worker's, who takes that up; what root's shells
 * leave, and go on with, lies where these users can't write.
 */
const OF_USERS = "of-users";

/** As systems have them; what an engine would read otherwise, such as a number or a group, is none. */
const USER_NAME = /^[A-Za-z_][\w.-]{0,31}$/;

/** A container's own, with control groups of both versions. */
const MEMORY_EVENTS = "/sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control";

/** How commands of a worker with this engine run, in a line (P10.9). */
export function describeEngine({ name, version }: Engine, host: string): string {
  return `[Millrace] isolation: commands run in containers of ${name} ${version} on host ${host}`;
}

/** A job whose commands run in a container of its own, removed when it ends (P10.10). */
export class ContainerSandbox implements JobSandbox {
  readonly onHost = false;
  readonly path = "";
  readonly ownUser = "root";
  readonly description: string;
  readonly folders: JobFolders;
  readonly #engine: Engine;
  readonly #plan: ContainerPlan;
  readonly #jobId: string;
  readonly #disk: DiskGuard;
  readonly #shells: Shell[] = [];
  #started: Container | undefined;
  #user: string | undefined;
  #memoryKills = 0;
  #ending: Promise<void> | undefined;

  /** Makes the job's folders. @param network of the worker */
  constructor(
    engine: Engine,
    description: string,
    network: Network,
    job: NewJob & { readonly container: NewContainer },
  ) {
    const { jobId, workDir, diskLimit, container } = job;
    this.#engine = engine;
    this.#jobId = jobId;
    this.folders = makeJobFolders(workDir);
    mkdirSync(join(this.folders.shell, OF_USERS));
    chmodSync(join(this.folders.shell, OF_USERS), 0o777);
    this.#plan = {
      ...container,
      name: `millrace-${jobId}`,
      label: labelOf(dirname(workDir)),
      hostname: `millrace-${jobId.slice(-8)}`,
      network: job.network ?? network,
      limits: engine.hasLimits ? job.limits : undefined,
      folders: this.folders,
    };
    this.description = withNetwork(description, this.#plan.network);
    this.#disk = new DiskGuard({
      folder: workDir,
      limitBytes: diskLimit,
      elsewhere: () => this.#container.layerBytes(),
      end: () => this.end(),
    });
  }

  get executor(): string {
    return this.#engine.name;
  }

  get limits(): Partial<JobLimits> {
    return this.#plan.limits ?? {};
  }

  get stateFile(): string {
    const { shell } = this.folders;
    return join(this.#user === undefined ? shell : join(shell, OF_USERS), "state");
  }

  get overLimit(): Promise<never> {
    return this.#disk.over;
  }

  get isOverLimit(): boolean {
    return this.#disk.isOver;
  }

  inside(path: string): string {
    return inside(this.folders, path);
  }

  outside(path: string): string {
    return outside(this.folders, path);
  }

  async provision(given: Provisioning): Promise<void> {
    const { signal, say } = given;
    const { image: name } = this.#plan;
    const image = await pullImage(this.#engine, name, this.folders.workDir, given);
    const { id, digests } = image;
    say(
      `[Millrace] image ${name} has ${digests.length > 0 ? `digest ${digests.join(" and ")}` : `id ${id}`}`,
    );
    signal.throwIfAborted();
    this.#started = await Container.start(this.#engine, this.#plan, image);
    signal.throwIfAborted();
  }

  async startShell(given: NewShell): Promise<Shell> {
    const shell = await startContainerShell(
      {
        engine: this.#engine,
        container: this.#container.name,
        user: this.#user ?? ROOT_USER,
        folders: this.folders,
        stateFile: this.stateFile,
        variables: { ...this.#baseVariables(given.program), ...given.environment },
      },
      given,
    );
    this.#shells.push(shell);
    return shell;
  }

  /** Asked of the image. */
  async refusalOf(user: string): Promise<UserRefusal | undefined> {
    if (!USER_NAME.test(user)) return { kind: "unknown" };
    try {
      await this.#container.run(user, `cd ${quote(this.inside(this.folders.output))} </dev/null`);
      await this.#container.run(ROOT_USER, "command -v chown");
      return undefined;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return /unable to find user/.test(error.message)
        ? { kind: "unknown" }
        : { kind: "refused", reason: error.message };
    }
  }

  async handOver(user: string | undefined): Promise<void> {
    const owner = user === undefined ? ROOT_USER : `${user}:`;
    const { ofBuild, shell } = this.folders;
    const given = ofBuild.map((folder) => quote(this.inside(folder)));
    const files = `${quote(this.inside(shell))}/*`;
    await this.#container.run(
      ROOT_USER,
      `chown -hR ${quote(owner)} ${given.join(" ")} && for file in ${files}; do [ ! -S "$file" ] || chown -h ${quote(owner)} "$file"; done`,
    );
    this.#user = user;
  }

  async ranOutOfMemory(): Promise<boolean> {
    const before = this.#memoryKills;
    const counts = await this.#container
      .run(ROOT_USER, `cat ${MEMORY_EVENTS} 2>/dev/null || :`)
      .catch(() => "");
    this.#memoryKills = memoryKillsIn(counts);
    return this.#memoryKills > before;
  }

  /** HOME is the image's own for root, who has it to himself (P10.1). */
  variablesOf(user: string | undefined): Readonly<Record<string, string>> {
    const name = user ?? this.ownUser;
    return { USER: name, LOGNAME: name, HOME: user === undefined ? "/root" : this.inside(this.folders.home) };
  }

  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  /** What every command sees besides what its image says (P10.1). */
  #baseVariables(shell: string): Readonly<Record<string, string>> {
    return {
      ...this.variablesOf(this.#user),
      LANG: "C.UTF-8",
      TMPDIR: this.inside(this.folders.tmp),
      SHELL: shell,
      TERM: "dumb",
      MILLRACE_JOB: this.#jobId,
    };
  }

  get #container(): Container {
    if (this.#started === undefined) throw new Error("commands are run before their container is there");
    return this.#started;
  }

  async #end(): Promise<void> {
    this.#disk.stop();
    await this.#started?.remove();
    await Promise.all(this.#shells.map((shell) => shell.release()));
  }
}
