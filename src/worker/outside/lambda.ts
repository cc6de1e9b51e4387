/** Invoking functions: Lambda's own service, or a function's HTTP server (P7.1, P7.2, P7.6). */
import type { Job, JobArtifact } from "../protocol.ts";
import { ProviderError, type Result } from "../provider.ts";
import { actsAsRole, type Calling, signedRequest } from "./aws-service.ts";
import { call, excerptOf, type OutsideAnswer, type OutsideRequest } from "./call.ts";

const LAMBDA = { setting: "lambda", signingName: "lambda" };
/** A function may run for 15 minutes. */
const TIME_LIMIT = 16 * 60_000;
/** What a function may answer. */
const SIZE_LIMIT = 6 * 1024 * 1024 + 1024;

/** The settings of which one is needed to invoke a function (P7.2). */
export function functionSettings(functionName: string): readonly string[] {
  const name = functionName.includes("#{") ? "*" : plainName(functionName);
  return [`functions.${name}`, "endpoint.lambda"];
}

/** `resize` of `resize`, `resize:live`, and `arn:aws:lambda:<region>:<account>:function:resize:live`. */
function plainName(functionName: string): string {
  const [, name = functionName] =
    /^(?:arn:[^:]*:lambda:[^:]*:[^:]*:function:)?([^:]+)/.exec(functionName) ?? [];
  return name;
}

/** Lambda's own names: whether it answers once the function has the event, or once the function has returned. */
type InvocationType = "Event" | "RequestResponse";

/**
 * Invokes the function that the job's configuration names. A function's own server may answer when it has returned,
 * however it is invoked.
 *
 * @returns an answer with status 2xx
 * @throws ProviderError when the function could not be invoked (P7.6)
 */
export async function invoke(job: Job, type: InvocationType, calling: Calling): Promise<OutsideAnswer> {
  const { FunctionName: name = "" } = job.configuration;
  calling.log.system(`[Millrace] invoking the AWS Lambda function ${name}`);
  // Once the function has reported, the log takes no more lines of its job.
  calling.log.hurry();
  const answer = await call({
    service: "AWS Lambda",
    signal: calling.signal,
    way: calling.way,
    timeLimit: TIME_LIMIT,
    answerLimit: TIME_LIMIT,
    sizeLimit: SIZE_LIMIT,
    repeatable: false,
    // A function's own server that answers 500, 502 or 504 has begun with it, and a job is brought to it once.
    ...(localFunction(job) !== undefined && { isPassing: (status) => status === 429 || status === 503 }),
    request: () => invocation(job, name, type, calling),
  });
  if (answer.status === 404) {
    throw new ProviderError("ConfigurationError", `The AWS Lambda function ${name} can't be found`);
  }
  if (answer.status === 401 || answer.status === 403) {
    throw new ProviderError(
      "PermissionError",
      `The provided role does not have permission to invoke the AWS Lambda function ${name}`,
    );
  }
  if (answer.status < 200 || answer.status >= 300) {
    throw new ProviderError(
      answer.status >= 500 ? "SystemUnavailable" : "ConfigurationError",
      `The AWS Lambda function ${name} could not be invoked: ${answer.status} ${excerptOf(answer, calling.log)}`,
    );
  }
  return answer;
}

/** What a job fails with whose function threw; undefined when none did, as far as the answer tells. */
export function functionError({ configuration }: Job, { header, body }: OutsideAnswer): Result | undefined {
  if (header("x-amz-function-error") === undefined) return undefined;
  const message = `Lambda function ${configuration.FunctionName} failed: ${errorMessageOf(body)}`;
  return { kind: "failed", type: "JobFailed", message };
}

/** Of a runtime's `{"errorMessage": …}`; of anything else, all of it. */
function errorMessageOf(body: string): string {
  try {
    const { errorMessage } = JSON.parse(body) as { errorMessage?: unknown };
    return typeof errorMessage === "string" ? errorMessage : body;
  } catch {
    return body;
  }
}

/** Whether the function is invoked as the job's role: a function's own server asks nobody who calls. */
export function invokesAsRole(job: Job): boolean {
  return actsAsRole(job) && localFunction(job) === undefined;
}

function localFunction({ configuration: { FunctionName = "" }, settings }: Job): string | undefined {
  return settings?.[`functions.${plainName(FunctionName)}`];
}

async function invocation(
  job: Job,
  name: string,
  type: InvocationType,
  calling: Calling,
): Promise<OutsideRequest> {
  const body = JSON.stringify(eventOf(job));
  const headers = { "content-type": "application/json", "x-amz-invocation-type": type };
  const path = `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
  const local = localFunction(job);
  if (local === undefined) return await signedRequest(job, LAMBDA, { path, headers, body }, calling);
  const url = new URL(local);
  if (url.pathname === "/")
    url.pathname = `/2015-03-31/functions/${encodeURIComponent(plainName(name))}/invocations`;
  return { method: "POST", url: url.href, headers, body };
}

/** What the function is given (P7.1). */
function eventOf(job: Job): object {
  const { FunctionName, UserParameters } = job.configuration;
  const { accessKeyId, secretAccessKey, sessionToken, expires: expirationTime } = job.artifactCredentials;
  return {
    "CodePipeline.job": {
      id: job.id,
      accountId: job.accountId,
      data: {
        actionConfiguration: {
          configuration: { FunctionName, ...(UserParameters !== undefined && { UserParameters }) },
        },
        inputArtifacts: job.inputArtifacts.map((artifact) => ({
          ...located(artifact),
          revision: artifact.revision ?? null,
        })),
        outputArtifacts: job.outputArtifacts.map((artifact) => ({ ...located(artifact), revision: null })),
        artifactCredentials: { accessKeyId, secretAccessKey, sessionToken, expirationTime },
        ...(job.continuationToken !== undefined && { continuationToken: job.continuationToken }),
        ...(job.encryptionKey !== undefined && { encryptionKey: job.encryptionKey }),
      },
    },
  };
}

function located({ name, bucket, key }: JobArtifact) {
  return { name, location: { type: "S3", s3Location: { bucketName: bucket, objectKey: key } } };
}
