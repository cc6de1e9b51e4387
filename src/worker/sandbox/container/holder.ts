import { execFile } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const NAME = "hold";
const LOOK_AGAIN_MS = 10;

/**
 * What a container runs besides its job's shells: it waits, and ends them all when it is told to, or when its worker
 * has gone, whose end of a pipe it holds the other of. SIGTERM first, as P10.7 has it: an engine sends its own to this
 * process alone, and 5 s later SIGKILL to all.
 *
 * @param folder of the pipe, as the container knows it
 */
export function holderScript(folder: string): string {
  return `end() {
trap '' TERM
kill -TERM -1
wait
n=0
while [ $n -lt 50 ] && kill -0 -1; do n=$((n+1)); sleep 0.1 || sleep 1; done
exit 0
}
exec 2>/dev/null
trap end TERM
cat <${join(folder, NAME)} &
wait
end`;
}

/** @param folder that nobody else can write to */
export async function makeHold(folder: string): Promise<void> {
  await promisify(execFile)("mkfifo", ["-m", "600", join(folder, NAME)]);
}

/**
 * Takes hold of a container that has been started.
 * @returns what lets go of it; undefined when `ended` aborts before its script has got there
 */
export async function takeHold(folder: string, ended: AbortSignal): Promise<(() => void) | undefined> {
  while (!ended.aborted) {
    try {
      // There is nobody to write to before the script reads.
      const end = openSync(join(folder, NAME), constants.O_WRONLY | constants.O_NONBLOCK);
      return () => closeSync(end);
    } catch {
      await sleep(LOOK_AGAIN_MS);
    }
  }
  return undefined;
}
