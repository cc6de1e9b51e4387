import { execFile } from "node:child_process";
import { userInfo } from "node:os";
import { promisify } from "node:util";
import { findProgram } from "../find-program.ts";

/** A user of this host that commands may run as in place of the worker's own (P3.24). */
export interface CommandUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Put before a command line, it has root run it as this user: with all of its groups, and no others. */
  readonly become: readonly string[];
}

const OWN = userInfo();

/** Only root can become somebody else. */
export const WORKER_IS_ROOT = OWN.uid === 0;

export const OWN_USER = OWN.username;

/** Who the worker's own files belong to. */
export const OWNER: Pick<CommandUser, "uid" | "gid"> = { uid: OWN.uid, gid: OWN.gid };

/** Asked of the system's own tool: users may come from elsewhere than /etc/passwd. Undefined when there is none. */
export async function findUser(name: string): Promise<CommandUser | undefined> {
  try {
    const [uid, gid, groups] = await Promise.all([idOf("-u", name), idOf("-g", name), idOf("-G", name)]);
    // By its whole name: a build may set a PATH of its own.
    const setpriv = (await findProgram("setpriv")) ?? "setpriv";
    return {
      name,
      uid: Number(uid),
      gid: Number(gid),
      become: [setpriv, "--reuid", uid, "--regid", gid, "--groups", groups.replaceAll(" ", ","), "--"],
    };
  } catch {
    return undefined;
  }
}

async function idOf(what: "-u" | "-g" | "-G", name: string): Promise<string> {
  const { stdout } = await promisify(execFile)("id", [what, "--", name]);
  return stdout.trim();
}
