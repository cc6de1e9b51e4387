/** The query protocol's answers (STS API version 2011-06-15). */
import type { RoleSession } from "../../core/access/types.ts";

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

export function identityXml(
  identity: { arn: string; userId: string; account: string },
  requestId: string,
): string {
  return [
    `<GetCallerIdentityResponse xmlns="${NAMESPACE}">`,
    "<GetCallerIdentityResult>",
    `<Arn>${escaped(identity.arn)}</Arn>`,
    `<UserId>${escaped(identity.userId)}</UserId>`,
    `<Account>${escaped(identity.account)}</Account>`,
    "</GetCallerIdentityResult>",
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`,
    "</GetCallerIdentityResponse>",
  ].join("");
}

export function assumedRoleXml({ credentials, arn, userId }: RoleSession, requestId: string): string {
  const { accessKeyId, secretAccessKey, sessionToken, expires } = credentials;
  return [
    `<AssumeRoleResponse xmlns="${NAMESPACE}">`,
    "<AssumeRoleResult>",
    `<AssumedRoleUser><AssumedRoleId>${escaped(userId)}</AssumedRoleId><Arn>${escaped(arn)}</Arn></AssumedRoleUser>`,
    "<Credentials>",
    `<AccessKeyId>${accessKeyId}</AccessKeyId>`,
    `<SecretAccessKey>${escaped(secretAccessKey)}</SecretAccessKey>`,
    `<SessionToken>${escaped(sessionToken)}</SessionToken>`,
    `<Expiration>${new Date(expires).toISOString().replace(/\.\d+Z$/, "Z")}</Expiration>`,
    "</Credentials>",
    "</AssumeRoleResult>",
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`,
    "</AssumeRoleResponse>",
  ].join("");
}

export function errorXml(
  error: { type: "Sender" | "Receiver"; code: string; message: string },
  requestId: string,
): string {
  return [
    `<ErrorResponse xmlns="${NAMESPACE}">`,
    `<Error><Type>${error.type}</Type><Code>${error.code}</Code><Message>${escaped(error.message)}</Message></Error>`,
    `<RequestId>${requestId}</RequestId>`,
    "</ErrorResponse>",
  ].join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
