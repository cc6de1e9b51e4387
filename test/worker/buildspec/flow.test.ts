import { describe, expect, test } from "vitest";
import {
  type BuildPhaseName,
  type OnFailure,
  type PhaseStatus,
  phaseAfter,
} from "../../../src/worker/buildspec/index.ts";

const usual: OnFailure = { kind: "default" };

/** The phases of a build in which some of them end otherwise than well. */
function course(
  ends: Partial<Record<BuildPhaseName, PhaseStatus>>,
  onFailure: Partial<Record<BuildPhaseName, OnFailure>> = {},
) {
  const phases: BuildPhaseName[] = [];
  for (let phase: BuildPhaseName = "SUBMITTED"; phase !== "COMPLETED"; ) {
    phases.push(phase);
    phase = phaseAfter(phase, ends[phase] ?? "SUCCEEDED", onFailure[phase] ?? usual);
  }
  return phases;
}

const START: BuildPhaseName[] = ["SUBMITTED", "QUEUED", "PROVISIONING", "DOWNLOAD_SOURCE"];

describe("P3.21 which phase follows", () => {
  test("P2.6 all of them, when all goes well", () => {
    expect(course({})).toEqual([
      ...START,
      "INSTALL",
      "PRE_BUILD",
      "BUILD",
      "POST_BUILD",
      "UPLOAD_ARTIFACTS",
      "FINALIZING",
    ]);
  });

  test.each(START)("%s fails: FINALIZING", (phase) => {
    expect(course({ [phase]: "FAILED" }).slice(-2)).toEqual([phase, "FINALIZING"]);
  });

  test.each<BuildPhaseName>(["INSTALL", "PRE_BUILD", "UPLOAD_ARTIFACTS"])("%s fails: FINALIZING", (phase) => {
    expect(course({ [phase]: "FAILED" }).slice(-2)).toEqual([phase, "FINALIZING"]);
  });

  test("BUILD fails: POST_BUILD and the upload all the same", () => {
    expect(course({ BUILD: "FAILED" })).toEqual(course({}));
  });

  test("POST_BUILD fails: the upload all the same", () => {
    expect(course({ POST_BUILD: "FAILED" })).toEqual(course({}));
  });

  test("P3.20 ABORT and CONTINUE", () => {
    expect(course({ BUILD: "FAILED" }, { BUILD: { kind: "abort" } }).slice(-2)).toEqual([
      "BUILD",
      "FINALIZING",
    ]);
    expect(course({ INSTALL: "FAILED" }, { INSTALL: { kind: "continue" } })).toEqual(course({}));
  });

  test("P3.20 a retry that didn't help goes on as without the key", () => {
    expect(course({ PRE_BUILD: "FAILED" }, { PRE_BUILD: { kind: "retry", count: 2 } }).slice(-2)).toEqual([
      "PRE_BUILD",
      "FINALIZING",
    ]);
  });

  test.each<PhaseStatus>(["TIMED_OUT", "STOPPED"])(
    "P3.23 %s: FINALIZING only, whatever on-failure says",
    (status) => {
      expect(course({ BUILD: status }, { BUILD: { kind: "continue" } }).slice(-2)).toEqual([
        "BUILD",
        "FINALIZING",
      ]);
    },
  );
});
