/** The artifacts of actions that have exactly one: the structure checks see to it that it is there. */
import type { Job, JobArtifact } from "../protocol.ts";

/** @throws when the job has no output artifact */
export function onlyOutput(job: Job): JobArtifact {
  return only(job.outputArtifacts, "output");
}

/** @throws when the job has no input artifact */
export function onlyInput(job: Job): JobArtifact {
  return only(job.inputArtifacts, "input");
}

function only(artifacts: readonly JobArtifact[], kind: string): JobArtifact {
  const [artifact] = artifacts;
  if (artifact === undefined) {
    throw new Error(`The job has no ${kind} artifact`);
  }
  return artifact;
}
