import { userInfo } from "node:os";

/** Kept of the worker's own environment; everything else of it stays outside (P10.1). */
const PASSED_ON = ["PATH", "LC_ALL", "TZ"] as const;

const USER = userInfo().username;

/** Where a job's commands live. All of it is removed with the job. */
export interface JobPlaces {
  readonly home: string;
  readonly tmp: string;
}

/**
 * What every command sees, before the variables of its build. `MILLRACE_JOB` marks the job's processes: those that
 * left its process group are found by it (P10.7).
 */
export function baseEnvironment(
  jobId: string,
  places: JobPlaces,
  given: {
    readonly shell: string;
    readonly user?: string | undefined;
    readonly path?: string | undefined;
  },
): Record<string, string> {
  const { shell, user = USER, path } = given;
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    LANG: process.env.LANG ?? "C.UTF-8",
    ...Object.fromEntries(passedOn),
    ...(path !== undefined && { PATH: path }),
    HOME: places.home,
    TMPDIR: places.tmp,
    USER: user,
    LOGNAME: user,
    SHELL: shell,
    TERM: "dumb",
    MILLRACE_JOB: jobId,
  };
}
