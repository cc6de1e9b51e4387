/** How git is run for hosted repositories: the environment and the settings of S6.8, nothing from anywhere else. */

/** Bytes that one push may bring (S6.11). */
export const PUSH_LIMIT = 2 * 1024 ** 3;

/**
 * The whole environment of a git process.
 *
 * @param home an empty folder
 * @param protocol what the client said in `Git-Protocol`
 */
export function gitEnvironment(home: string, protocol?: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: "",
    LC_ALL: "C",
    ...(protocol !== undefined && { GIT_PROTOCOL: protocol }),
  };
}

/**
 * The `-c` arguments of S6.8. They win over what stands in the repository's own config file.
 *
 * @param anyObject whether a client may ask for objects that no visible ref reaches
 */
export function gitSettings(repositoryPath: string, anyObject: boolean): string[] {
  const settings = {
    "core.hooksPath": "/dev/null",
    "safe.directory": repositoryPath,
    "core.logAllRefUpdates": "true",
    "receive.denyNonFastForwards": "false",
    "receive.denyDeletes": "false",
    "receive.denyDeleteCurrent": "refuse",
    "transfer.hideRefs": "refs/millrace/",
    // In this order: git takes "not any object" for "not even reachable ones".
    "uploadpack.allowAnySHA1InWant": String(anyObject),
    "uploadpack.allowReachableSHA1InWant": "true",
    "uploadpack.allowFilter": "true",
    "gc.auto": "0",
    "core.protectNTFS": "true",
    "core.protectHFS": "true",
    "transfer.fsckObjects": "true",
    "receive.maxInputSize": String(PUSH_LIMIT),
    "receive.advertisePushOptions": "true",
    "protocol.allow": "never",
    "fetch.unpackLimit": "100",
    "receive.unpackLimit": "100",
    // Beyond S6.8: git leaves loose objects to the operating system. A push is acknowledged only once it is on disk.
    "core.fsync": "committed",
    "core.fsyncMethod": "batch",
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
