/** The server that is imported to, region by region: the SDK's clients, and its checks, which AWS doesn't have. */
import { text } from "node:stream/consumers";
import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { CodeCommitClient } from "@aws-sdk/client-codecommit";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { CodeStarConnectionsClient } from "@aws-sdk/client-codestar-connections";
import { S3Client } from "@aws-sdk/client-s3";
import { STSClient } from "@aws-sdk/client-sts";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/transport";
import { SignatureV4 } from "@smithy/signature-v4";
import { ImportProblem } from "../problem.ts";

export interface Target {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

export interface Region {
  readonly codepipeline: CodePipelineClient;
  readonly codebuild: CodeBuildClient;
  readonly codecommit: CodeCommitClient;
  readonly s3: S3Client;
  readonly sts: STSClient;
  readonly connections: CodeStarConnectionsClient;
  /** Calls an operation of the import target. @throws ImportProblem in the server's words when it refuses */
  call<Output>(operation: string, input: object): Promise<Output>;
}

export interface ImportServer extends Disposable {
  region(name: string): Region;
}

const TARGET = "MillraceImport_20261101";

export function importServer(target: Target): ImportServer {
  const regions = new Map<string, Region & { readonly clients: readonly { destroy(): void }[] }>();
  return {
    region(name) {
      const known = regions.get(name);
      if (known !== undefined) return known;
      const made = openRegion({ ...target, region: name });
      regions.set(name, made);
      return made;
    },
    [Symbol.dispose]() {
      for (const { clients } of regions.values()) for (const client of clients) client.destroy();
    },
  };
}

function openRegion(target: Target) {
  const codepipeline = new CodePipelineClient(target);
  const codebuild = new CodeBuildClient(target);
  const codecommit = new CodeCommitClient(target);
  const connections = new CodeStarConnectionsClient(target);
  const s3 = new S3Client({ ...target, forcePathStyle: true });
  const sts = new STSClient(target);
  return {
    codepipeline,
    codebuild,
    codecommit,
    s3,
    sts,
    connections,
    call: <Output>(operation: string, input: object) =>
      call(target, codepipeline, operation, input) as Promise<Output>,
    clients: [codepipeline, codebuild, codecommit, connections, s3, sts],
  };
}

async function call(
  { endpoint, region, credentials }: Target,
  { config }: CodePipelineClient,
  operation: string,
  input: object,
): Promise<unknown> {
  const base = new URL(endpoint);
  const body = JSON.stringify(input);
  const signer = new SignatureV4({ service: "codepipeline", region, credentials, sha256: Sha256 });
  const request = await signer.sign(
    new HttpRequest({
      method: "POST",
      protocol: base.protocol,
      hostname: base.hostname,
      ...(base.port !== "" && { port: Number(base.port) }),
      path: "/",
      headers: {
        host: base.host,
        "content-type": "application/x-amz-json-1.1",
        "content-length": String(Buffer.byteLength(body)),
        "x-amz-target": `${TARGET}.${operation}`,
      },
      body,
    }),
  );
  const { response } = await config.requestHandler.handle(new HttpRequest(request));
  const answer = await text(response.body);
  if (response.statusCode < 300) return JSON.parse(answer);
  throw refused(response.statusCode, answer);
}

function refused(status: number, answer: string): Error {
  const { __type: code = "", message = "" } = parse(answer);
  if (status >= 500) return new Error(`the server answered ${status} ${code}`);
  if (code === "UnknownOperationException" || code === "")
    return new ImportProblem(
      "the endpoint is no Millrace that can check an import before it changes anything; import to a server of this version",
    );
  return new ImportProblem(`${code}: ${message}`);
}

function parse(answer: string): { readonly __type?: string; readonly message?: string } {
  try {
    return JSON.parse(answer);
  } catch {
    return {};
  }
}
