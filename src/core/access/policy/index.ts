/** IAM's policies: pure functions, which know nothing of users, requests or the store. */
export { evaluate, isAbout } from "./evaluate.ts";
export { type PolicyKind, readPolicy } from "./read-policy.ts";
export { type Context, type Decision, type Policy, PolicyError, type Principal } from "./types.ts";
