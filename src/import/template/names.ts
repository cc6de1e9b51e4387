/** Names and ids that CloudFormation would make up: here they are the same each time, for they are the state. */
import { hash } from "node:crypto";
import type { ConnectionsByName } from "../connections.ts";

export interface StackPlace {
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  /** Of the server, without a trailing slash. */
  readonly endpoint: string;
  /** ARNs of the connections that are there already, by name. */
  readonly connections: ConnectionsByName;
}

/** Longest names by type; what is longer ends in a hash of the whole. */
const LONGEST: Readonly<Record<string, number>> = {
  "AWS::S3::Bucket": 63,
  "AWS::IAM::Role": 64,
  "AWS::CodeBuild::Project": 150,
  "AWS::Lambda::Function": 64,
};

/** `<stack>-<logical id>`, in lower case for buckets. */
export function physicalName(stackName: string, logicalId: string, type: string): string {
  const plain = `${stackName}-${logicalId}`;
  const name = type === "AWS::S3::Bucket" ? plain.toLowerCase() : plain;
  const longest = LONGEST[type] ?? 100;
  return name.length <= longest ? name : `${name.slice(0, longest - 9)}-${hash("sha256", name).slice(0, 8)}`;
}

/** A UUID that stands for what has one on AWS. */
export function stableId({ stackName, account, region }: StackPlace, logicalId: string): string {
  const hex = hash("sha256", [account, region, stackName, logicalId].join("/"));
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
