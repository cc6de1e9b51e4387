import { availableParallelism, totalmem } from "node:os";

/** What a build may take of its host (P2.2). */
export interface ComputeLimits {
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
}

const GIB = 2 ** 30;

/** Cores and GiB. */
const COMPUTE_TYPES: Readonly<Record<string, readonly [number, number]>> = {
  BUILD_GENERAL1_SMALL: [2, 4],
  BUILD_GENERAL1_MEDIUM: [4, 8],
  BUILD_GENERAL1_LARGE: [8, 16],
  BUILD_GENERAL1_XLARGE: [36, 72],
  BUILD_GENERAL1_2XLARGE: [72, 144],
};

/** Never more than this host has; undefined for a type that has no size here. */
export function limitsOf(computeType: string): ComputeLimits | undefined {
  const type = COMPUTE_TYPES[computeType];
  if (type === undefined) return undefined;
  const [cpus, memory] = type;
  // Zero, or more than there is, where nothing holds this process to less.
  const own = process.constrainedMemory() || totalmem();
  return {
    cpus: Math.min(cpus, availableParallelism()),
    memory: Math.min(memory * GIB, own, totalmem()),
  };
}

/** As a log says it. */
export function limitsText({ cpus, memory }: ComputeLimits): string {
  return `${cpus} CPUs and ${Math.round((memory / GIB) * 10) / 10} GiB of memory`;
}
