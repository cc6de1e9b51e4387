import { expect, test } from "vitest";
import { evaluate, type PolicyKind, readPolicy } from "../../../src/core/access/policy/index.ts";

const fine = { Effect: "Allow", Action: "codepipeline:Get*", Resource: "*" };
const document = (...Statement: unknown[]) => ({ Version: "2012-10-17", Statement });
const read = (given: unknown, kind: PolicyKind = "identity") =>
  readPolicy(typeof given === "string" ? given : JSON.stringify(given), kind);

test.each<[unknown, string]>([
  ["{", "the policy is not JSON: "],
  ["[]", "the policy must be a JSON object with Version and Statement"],
  [{ Version: "2012-10-17" }, "Statement must have a statement"],
  [document(), "Statement must have a statement"],
  [
    { ...document(fine), Version: "2013-01-01" },
    "Version must be 2008-10-17 or 2012-10-17, got '2013-01-01'",
  ],
  [
    { ...document(fine), Statements: [] },
    "the policy has a member 'Statements', which Millrace doesn't know",
  ],
  [document(fine, "x"), "Statement 2 must be an object"],
  [document({ ...fine, Effect: "allow" }), "Statement 1.Effect must be Allow or Deny, got 'allow'"],
  [
    document({ ...fine, Sid: "Read", Actions: "*" }),
    "Statement 1 (Read) has a member 'Actions', which Millrace doesn't know",
  ],
  [document({ ...fine, Sid: "a b" }), "Statement 1.Sid may have letters and digits only, got 'a b'"],
  [document({ ...fine, Sid: "A" }, { ...fine, Sid: "A" }), "Sid 'A' is there twice"],
  [document({ ...fine, NotAction: "*" }), "Statement 1 must have one of Action and NotAction"],
  [document({ ...fine, Resource: undefined }), "Statement 1 must have one of Resource and NotResource"],
  [document({ ...fine, Action: [] }), "Statement 1.Action must be a text or a list of texts"],
  [
    document({ ...fine, Action: "GetPipeline" }),
    "Statement 1.Action: 'GetPipeline' must be '*' or service:Action, as codepipeline:Get*",
  ],
  [document({ ...fine, Resource: "app" }), "Statement 1.Resource: 'app' must be '*' or an ARN"],
  [
    document({ ...fine, Resource: "arn:aws:s3:::${aws:username" }),
    "Statement 1.Resource: the variable in 'arn:aws:s3:::${aws:username' has no closing brace",
  ],
  [
    document({ ...fine, Resource: "arn:aws:s3:::${}" }),
    "Statement 1.Resource: the variable in 'arn:aws:s3:::${}' can't be read: use ${key} or ${key, 'default'}",
  ],
  [
    document({ ...fine, Principal: "*" }),
    "Statement 1.Principal must be left out: the policy is of whoever it is given to",
  ],
  [
    document({ ...fine, Condition: [] }),
    "Statement 1.Condition must be an object from operators to keys and values",
  ],
  [
    document({ ...fine, Condition: { StringEquals: "x" } }),
    "Statement 1.Condition.StringEquals must be an object from keys to values",
  ],
  [
    document({ ...fine, Condition: { StringEquals: { k: [] } } }),
    "Statement 1.Condition.StringEquals.k must have a value",
  ],
  [
    document({ ...fine, Condition: { StringEquals: { k: {} } } }),
    "Statement 1.Condition.StringEquals.k must be a text, a number, true or false, or a list of them",
  ],
  [
    document({ ...fine, Condition: { StringIs: { k: "x" } } }),
    "Statement 1.Condition.StringIs.k: there is no operator 'StringIs'; operators are ",
  ],
  [
    document({ ...fine, Condition: { NumericEquals: { k: "x" } } }),
    "Statement 1.Condition.NumericEquals.k: 'x' is no number",
  ],
  [
    document({ ...fine, Condition: { DateLessThan: { k: "soon" } } }),
    "Statement 1.Condition.DateLessThan.k: 'soon' is no date: use ",
  ],
  [
    document({ ...fine, Condition: { IpAddress: { k: "10.1" } } }),
    "Statement 1.Condition.IpAddress.k: '10.1' is no IP address or CIDR range: ",
  ],
  [
    document({ ...fine, Condition: { Bool: { k: "yes" } } }),
    "Statement 1.Condition.Bool.k: 'yes' is neither true nor false",
  ],
  [
    document({ ...fine, Condition: { Null: { k: "no" } } }),
    "Statement 1.Condition.Null.k: Null takes true or false",
  ],
  [
    document({ ...fine, Condition: { NullIfExists: { k: "true" } } }),
    "Statement 1.Condition.NullIfExists.k: Null takes neither ",
  ],
  [
    document({ ...fine, Condition: { ArnLike: { k: "arn:aws:sns" } } }),
    "Statement 1.Condition.ArnLike.k: 'arn:aws:sns' is no ARN: ",
  ],
  [
    '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}',
    "an object of the policy has the same name twice",
  ],
  [JSON.stringify({ ...document(fine), Id: "x".repeat(10_241) }), "the policy has 10"],
])("api.md §9: %j is refused", (given, message) => {
  expect(() => read(given)).toThrow(message);
});

test.each<[unknown, string]>([
  [fine, "Statement 1.Resource must be left out of a trust policy"],
  [{ Effect: "Allow", Action: "sts:AssumeRole" }, 'Statement 1.Principal must be "*" or {"AWS": …}'],
  [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: {} }, 'Statement 1.Principal must be "*"'],
  [
    { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Aws: "*" } },
    "Statement 1.Principal has a member 'Aws', which is none of AWS, Service",
  ],
  [
    { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "arn:aws:iam::000000000000:user/*" } },
    "wildcards aren't taken",
  ],
  [
    { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: [1] } },
    "'1' is no account and no ARN of a user or role",
  ],
  [
    { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: ["*.amazonaws.com"] } },
    "Statement 1.Principal.Service: '*.amazonaws.com' is no service, as codebuild.amazonaws.com",
  ],
])("api.md §9: as a trust policy, %j is refused", (statement, message) => {
  expect(() => read(document(statement), "trust")).toThrow(message);
});

test("api.md §9: white space doesn't count, one statement needs no list, Id and the old version are taken", () => {
  read(`${" ".repeat(20_000)}${JSON.stringify({ Version: "2008-10-17", Id: "x", Statement: fine })}`);
  expect(() => read({ ...document(fine), Id: "x".repeat(2_000) }, "session")).toThrow(/2048 are the most/);
});

test("tags of resources are looked up for policies that ask for them only", () => {
  const asks = (statement: object) => read(document({ ...fine, ...statement })).asksForResourceTags;
  expect(asks({})).toBe(false);
  expect(asks({ Condition: { StringEquals: { "aws:RequestTag/a": "b" } } })).toBe(false);
  for (const key of ["aws:ResourceTag/a", "AWS:resourcetag/a", "codepipeline:ResourceTag/a"])
    expect(asks({ Condition: { StringEquals: { [key]: "b" } } })).toBe(true);
  expect(asks({ Resource: "arn:aws:s3:::${aws:ResourceTag/a}" })).toBe(true);
  expect(asks({ Condition: { StringEquals: { "aws:username": "${aws:ResourceTag/owner}" } } })).toBe(true);
});

test("api.md §9: an ARN with fewer than six parts stands for all that begin so", () => {
  const decide = (Resource: string, resource: string) =>
    evaluate([read(document({ ...fine, Resource }))], {
      action: "codepipeline:GetPipeline",
      resources: [resource],
      context: { get: () => undefined },
    });
  const app = "arn:aws:codepipeline:us-east-1:000000000000:app";
  expect(decide("arn:aws:codepipeline", app)).toBe("allow");
  expect(decide("arn:aws:codepipeline:us-east-1", app)).toBe("allow");
  expect(decide("arn:aws:s3", app)).toBe("none");
  expect(decide("arn:aws:codepipeline:us-east-1:000000000000:ap", app)).toBe("none");
});
