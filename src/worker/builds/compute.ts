import { availableParallelism, totalmem } from "node:os";
import { type JobLimits, ownMemory } from "../sandbox/index.ts";

const GIB = 2 ** 30;

/** Cores and GiB. */
const COMPUTE_TYPES: Readonly<Record<string, readonly [number, number]>> = {
  BUILD_GENERAL1_SMALL: [2, 4],
  BUILD_GENERAL1_MEDIUM: [4, 8],
  BUILD_GENERAL1_LARGE: [8, 16],
  BUILD_GENERAL1_XLARGE: [36, 72],
  BUILD_GENERAL1_2XLARGE: [72, 144],
};

/** What a build may take (P2.2), never more than this host has; undefined for a type that has no size here. */
export function limitsOf(computeType: string): JobLimits | undefined {
  const type = COMPUTE_TYPES[computeType];
  if (type === undefined) return undefined;
  const [cpus, memory] = type;
  return {
    cpus: Math.min(cpus, availableParallelism()),
    memory: Math.min(memory * GIB, ownMemory(), totalmem()),
  };
}

/** What a log says of it. @param enforced the limits that hold the build */
export function computeText(computeType: string, { cpus, memory }: Partial<JobLimits>): string {
  if (limitsOf(computeType) === undefined) return "has no size here: builds take what this host has";
  if (cpus === undefined && memory === undefined) return "is not enforced: builds share this host";
  const given = [
    ...(cpus === undefined ? [] : [`${cpus} CPUs`]),
    ...(memory === undefined ? [] : [`${memoryText(memory)} of memory`]),
  ].join(" and ");
  return cpus === undefined || memory === undefined
    ? `gives ${given}, and else what this host has`
    : `gives ${given}`;
}

/** `4 GiB`. */
export function memoryText(bytes: number): string {
  return `${Math.round((bytes / GIB) * 10) / 10} GiB`;
}
