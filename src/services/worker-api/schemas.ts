/**
 * The shapes of our own target, in the form in which the SDK's packages write theirs, so that the one pipe reads both:
 * `[3, namespace, name, traits, members, their types, how many of the first are required]` is a structure,
 * `[1, namespace, name, traits, element]` a list, `[9, namespace, name, traits, input, output]` an operation.
 * Times are numbers of epoch milliseconds, as everywhere in the worker's protocol.
 */
const STRING = 0;
const NUMBER = 1;
const DOCUMENT = 15;
const STRINGS = 64 | STRING;

const NAMESPACE = "millrace.worker";

type Members = Readonly<Record<string, unknown>>;

function structure(name: string, required: Members, optional: Members = {}) {
  const members = { ...required, ...optional };
  const count = Object.keys(required).length;
  return [3, NAMESPACE, name, 0, Object.keys(members), Object.values(members), count];
}

function list(name: string, element: unknown) {
  return [1, NAMESPACE, name, 0, element];
}

function operation(name: string, input: unknown[], output: unknown[]) {
  return [9, NAMESPACE, name, 0, () => input, () => output];
}

const actionTypeId = structure("ActionTypeId", {
  category: STRING,
  owner: STRING,
  provider: STRING,
  version: STRING,
});
const context = structure("PhaseContext", { statusCode: STRING, message: STRING });
const phase = structure(
  "BuildPhase",
  { phaseType: STRING, startTime: NUMBER },
  {
    phaseStatus: STRING,
    endTime: NUMBER,
    durationInSeconds: NUMBER,
    contexts: () => list("PhaseContexts", () => context),
  },
);
const variable = structure("ExportedVariable", { name: STRING, value: STRING });
const buildState = structure(
  "BuildState",
  {
    buildId: STRING,
    buildStatus: STRING,
    currentPhase: STRING,
    phases: () => list("BuildPhases", () => phase),
    exportedEnvironmentVariables: () => list("ExportedVariables", () => variable),
  },
  { sourceVersion: STRING, resolvedSourceVersion: STRING },
);

const nothing = structure("Nothing", {});
const ofJob = { jobId: STRING };
const handedOut = { ...ofJob, nonce: STRING };

export const PollForBuiltInJobs$ = operation(
  "PollForBuiltInJobs",
  structure(
    "PollForBuiltInJobsInput",
    {
      workerId: STRING,
      actionTypeIds: () => list("ActionTypeIds", () => actionTypeId),
      maxBatchSize: NUMBER,
      waitSeconds: NUMBER,
    },
    { regions: STRINGS },
  ),
  structure("PollForBuiltInJobsOutput", { jobs: DOCUMENT }),
);

export const RegisterWorker$ = operation(
  "RegisterWorker",
  structure("RegisterWorkerInput", { workerId: STRING, version: STRING, capabilities: STRINGS }),
  nothing,
);

export const ExtendLease$ = operation(
  "ExtendLease",
  structure("ExtendLeaseInput", ofJob),
  structure("ExtendLeaseOutput", { leaseSeconds: NUMBER, verdict: STRING }, { reason: STRING }),
);

export const GiveUpJob$ = operation("GiveUpJob", structure("GiveUpJobInput", handedOut), nothing);

export const ParkJob$ = operation("ParkJob", structure("ParkJobInput", ofJob), nothing);

const keys = { accessKeyId: STRING, secretAccessKey: STRING, sessionToken: STRING };

export const RefreshCredentials$ = operation(
  "RefreshCredentials",
  structure("RefreshCredentialsInput", ofJob),
  structure("RefreshCredentialsOutput", keys),
);

export const GetCloneCredentials$ = operation(
  "GetCloneCredentials",
  structure("GetCloneCredentialsInput", ofJob),
  structure("GetCloneCredentialsOutput", keys),
);

export const PutProgress$ = operation(
  "PutProgress",
  structure("PutProgressInput", ofJob, {
    summary: STRING,
    percentComplete: NUMBER,
    externalExecutionId: STRING,
    externalExecutionUrl: STRING,
    logStreamArn: STRING,
  }),
  nothing,
);

export const StartBuild$ = operation(
  "StartBuild",
  structure("StartBuildInput", handedOut),
  structure("StartBuildOutput", {}, { build: DOCUMENT }),
);

export const GetJobRole$ = operation(
  "GetJobRole",
  structure("GetJobRoleInput", ofJob),
  structure("GetJobRoleOutput", { role: DOCUMENT }),
);

const childVariable = structure("ChildVariable", { name: STRING, value: STRING });
const childRevision = structure("ChildSourceRevision", {
  actionName: STRING,
  revisionType: STRING,
  revisionValue: STRING,
});

export const StartChildPipeline$ = operation(
  "StartChildPipeline",
  structure("StartChildPipelineInput", {
    ...ofJob,
    variables: () => list("ChildVariables", () => childVariable),
    sourceRevisions: () => list("ChildSourceRevisions", () => childRevision),
  }),
  structure("StartChildPipelineOutput", {}, { child: DOCUMENT, refused: DOCUMENT }),
);

export const DescribeChildPipeline$ = operation(
  "DescribeChildPipeline",
  structure("DescribeChildPipelineInput", { ...ofJob, executionId: STRING }),
  structure("DescribeChildPipelineOutput", {}, { child: DOCUMENT }),
);

export const ResolveSecret$ = operation(
  "ResolveSecret",
  structure("ResolveSecretInput", { ...ofJob, kind: STRING, name: STRING }),
  structure("ResolveSecretOutput", {}, { value: STRING, refused: STRING, unavailable: STRING }),
);

export const GetConnectedRepository$ = operation(
  "GetConnectedRepository",
  structure("GetConnectedRepositoryInput", ofJob, { artifact: STRING }),
  structure("GetConnectedRepositoryOutput", {}, { repository: DOCUMENT, refused: STRING }),
);

export const DoubtConnection$ = operation(
  "DoubtConnection",
  structure("DoubtConnectionInput", ofJob, { artifact: STRING }),
  nothing,
);

export const PutBuildState$ = operation(
  "PutBuildState",
  structure("PutBuildStateInput", { ...ofJob, build: () => buildState }),
  nothing,
);
