/** What of the operator's settings comes with jobs that run commands (P0.6). */

export const COMMANDS_SETTINGS = [
  "builds.executor",
  "builds.network",
  "builds.proxy",
  "builds.noProxy",
  "images.*",
];

export const PROJECT_SETTINGS = [...COMMANDS_SETTINGS, "builds.requireImage", "builds.allowPrivileged"];
