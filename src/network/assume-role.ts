/** Temporary keys of a role, from an STS that the operator configured (P0.16; STS API Reference, AssumeRole). */
import { XMLParser } from "fast-xml-parser";
import { type AwsKeys, awsEndpoint, awsKeys, signedPost } from "./aws-request.ts";

/** The settings `endpoint.sts` and `credentials.sts`. */
export interface RoleService {
  readonly endpoint: string;
  readonly credentials?: string;
}

export interface WantedRole {
  readonly roleArn: string;
  /** 2 to 64 of `[\w+=,.@-]`: who acts as the role, for the records of the service. */
  readonly sessionName: string;
  readonly region: string;
}

const parser = new XMLParser({ parseTagValue: false });

interface Answer {
  readonly AssumeRoleResponse?: {
    readonly AssumeRoleResult?: {
      readonly Credentials?: {
        readonly AccessKeyId?: string;
        readonly SecretAccessKey?: string;
        readonly SessionToken?: string;
      };
    };
  };
  readonly ErrorResponse?: { readonly Error?: { readonly Code?: string; readonly Message?: string } };
}

/** @throws Error when there are no keys to ask with */
export function assumeRoleRequest({ roleArn, sessionName, region }: WantedRole, service: RoleService) {
  const url = awsEndpoint(service.endpoint, "sts", region);
  const body = new URLSearchParams({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: roleArn,
    RoleSessionName: sessionName,
  }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  return signedPost({ url, region, signingName: "sts", headers, body }, () => awsKeys(service.credentials));
}

/** @returns the keys, or why there are none, in the service's words */
export function readAssumedRole(answer: {
  readonly status: number;
  readonly body: string;
}): AwsKeys | string {
  const { AssumeRoleResponse, ErrorResponse } = parse(answer.body);
  const { AccessKeyId, SecretAccessKey, SessionToken } =
    AssumeRoleResponse?.AssumeRoleResult?.Credentials ?? {};
  if (AccessKeyId !== undefined && SecretAccessKey !== undefined && SessionToken !== undefined)
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const { Code, Message } = ErrorResponse?.Error ?? {};
  return Message ?? Code ?? `AWS STS answered ${answer.status} without keys`;
}

function parse(xml: string): Answer {
  try {
    return parser.parse(xml) as Answer;
  } catch {
    return {};
  }
}
