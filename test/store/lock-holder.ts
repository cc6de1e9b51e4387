/** Run as a process of its own: takes the data directory, says so, and keeps it until it is killed. */
import { lockDataDirectory } from "../../src/core/store/directory-lock.ts";

const [dataDir = ""] = process.argv.slice(2);
await lockDataDirectory(dataDir);
process.stdout.write("locked\n");
setInterval(() => undefined, 60_000);
