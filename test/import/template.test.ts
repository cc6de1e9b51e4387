// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the placeholders of Fn::Sub
/** Templates without a server: functions, conditions, parameters, names; AWS's own examples of them where there are. */
import { describe, expect, test } from "vitest";
import { parseText } from "../../src/import/documents/parse.ts";
import { isObject, type Json, type JsonObject } from "../../src/import/json.ts";
import { ImportProblem } from "../../src/import/problem.ts";
import { Secrets } from "../../src/import/secrets.ts";
import { openStack } from "../../src/import/template/stack.ts";

const place = {
  stackName: "web",
  account: "000000000000",
  region: "eu-central-1",
  endpoint: "http://127.0.0.1:4750",
  connections: new Map(),
};

function open(yaml: string, values: Record<string, string> = {}, exported: Record<string, Json> = {}) {
  const template = parseText(yaml);
  if (!isObject(template)) throw new Error("the test's template is no object");
  return openStack(template, place, { values, secretValues: {}, secrets: new Secrets() }, (name) => {
    const value = exported[name];
    if (value === undefined) throw new ImportProblem(`nobody exports ${name}`);
    return value;
  });
}

/** The properties of resource `Thing`. */
function properties(
  yaml: string,
  values?: Record<string, string>,
  exported?: Record<string, Json>,
): JsonObject {
  const thing = open(yaml, values, exported).resources.find(({ logicalId }) => logicalId === "Thing");
  if (thing === undefined) throw new Error("there is no Thing");
  return thing.properties();
}

/** What `value` becomes, beside these sections of the template. */
function value(yaml: string, sections = "", more = ""): Json | undefined {
  const indented = yaml.replaceAll("\n", "\n        ");
  return properties(
    `${sections}\nResources:\n  Thing:\n    Type: AWS::Test::Thing\n    Properties:\n      Value: ${indented}\n${more}`,
  ).Value;
}

describe("functions, in their short and their long form", () => {
  test.each<[string, string, Json]>([
    [
      "Sub puts pseudo parameters in",
      '!Sub "${AWS::Partition}:${AWS::Region}:${AWS::AccountId}"',
      "aws:eu-central-1:000000000000",
    ],
    ["Sub keeps what is escaped", '!Sub "${!Literal} ${AWS::StackName}"', "${Literal} web"],
    ["Sub takes values of its own", '!Sub ["${a}-${b}", { a: x, b: !Ref AWS::Region }]', "x-eu-central-1"],
    ["Sub knows attributes", '!Sub "${Role.Arn}"', "arn:aws:iam::000000000000:role/web-Role"],
    [
      "Sub leaves the references of pipelines alone",
      '!Sub "#{Vars.Commit}-${AWS::Region}"',
      "#{Vars.Commit}-eu-central-1",
    ],
    ["Join", '!Join [":", [a, !Ref AWS::URLSuffix, 2]]', "a:amazonaws.com:2"],
    ["Split and Select", '!Select [1, !Split ["|", "a|b|c"]]', "b"],
    ["Base64", "!Base64 AWS CloudFormation", "QVdTIENsb3VkRm9ybWF0aW9u"],
    ["Length", "{ Fn::Length: [a, b] }", 2],
    [
      "ToJsonString",
      "{ Fn::ToJsonString: [{ name: A, value: !Ref AWS::Region }] }",
      '[{"name":"A","value":"eu-central-1"}]',
    ],
    ["GetAtt with dots in the attribute", "!GetAtt Role.Arn", "arn:aws:iam::000000000000:role/web-Role"],
    ["GetAtt as a list", '{ "Fn::GetAtt": [Role, Arn] }', "arn:aws:iam::000000000000:role/web-Role"],
    ["NoValue takes the element away", "[a, !Ref AWS::NoValue, b]", ["a", "b"]],
    [
      "a member named like a function's beginning is none",
      "{ Fnord: 1, Ref2: 2 }",
      { Fnord: "1", Ref2: "2" },
    ],
  ])("%s", (_, yaml, expected) => {
    expect(value(yaml, "", "  Role: { Type: AWS::IAM::Role }")).toEqual(expected);
  });

  test("NoValue takes the member away", () => {
    const { Gone, Kept } = properties(
      "Resources: { Thing: { Type: AWS::Test::Thing, Properties: { Gone: !Ref AWS::NoValue, Kept: 1 } } }",
    );
    expect([Gone, Kept]).toEqual([undefined, "1"]);
  });

  test("FindInMap looks up what other functions say", () => {
    const mappings = "Mappings: { Images: { eu-central-1: { small: img-1 } } }";
    expect(value("!FindInMap [Images, !Ref AWS::Region, small]", mappings)).toBe("img-1");
    expect(() => value("!FindInMap [Images, moon, small]", mappings)).toThrow(
      "Resources.Thing.Properties: Value: Fn::FindInMap: Mappings have no Images.moon.small",
    );
  });

  test("ImportValue takes what another template exports", () => {
    const yaml =
      "Resources: { Thing: { Type: AWS::Test::Thing, Properties: { V: !ImportValue roles-Build } } }";
    expect(properties(yaml, {}, { "roles-Build": "arn" }).V).toBe("arn");
    expect(() => properties(yaml)).toThrow("V: Fn::ImportValue: nobody exports roles-Build");
  });

  test("outputs are found by the name they are exported under", () => {
    const stack = open(
      "Resources: { Role: { Type: AWS::IAM::Role } }\nOutputs: { R: { Value: !GetAtt Role.Arn, Export: { Name: !Sub '${AWS::StackName}-Role' } } }",
    );
    expect(stack.exported("web-Role")).toBe("arn:aws:iam::000000000000:role/web-Role");
    expect(stack.exported("web-Other")).toBeUndefined();
  });

  test.each([
    ["Cidr", '!Cidr ["10.0.0.0/16", 1, 8]', "Fn::Cidr: the function isn't supported; Ref, Fn::GetAtt"],
    ["GetAZs", "!GetAZs ''", "Fn::GetAZs: the function isn't supported"],
    ["Transform", "!Transform { Name: AWS::Include }", "Fn::Transform: the function isn't supported"],
    ["an unknown name", "!Ref Nobody", "Ref: there is no parameter or resource 'Nobody'"],
    [
      "an unknown attribute",
      "!GetAtt Role.Colour",
      "Fn::GetAtt: Role (AWS::IAM::Role) has no attribute 'Colour' that is known here: Arn, RoleId",
    ],
    [
      "an attribute of an unknown type",
      "!GetAtt Odd.Arn",
      "Fn::GetAtt: Odd (AWS::Odd::Thing) has no attribute 'Arn' that is known here: none is",
    ],
    ["an element that isn't there", "!Select [3, [a]]", "Fn::Select: there is no element 3 in a list of 1"],
    ["a list where a text belongs", "!Sub [[a], {}]", "Fn::Sub: takes a text, got a list"],
    ["a function that isn't CloudFormation's", '{ "Fn::Nope": 1 }', "Fn::Nope: the function isn't supported"],
  ])("%s is an error that says so, and where", (_, yaml, message) => {
    const more = "  Role: { Type: AWS::IAM::Role }\n  Odd: { Type: AWS::Odd::Thing }";
    expect(() => value(yaml, "", more)).toThrow(`Resources.Thing.Properties: Value: ${message}`);
  });

  test("a tag that isn't CloudFormation's, and broken YAML, are told with line and column", () => {
    expect(() => parseText("a: !Foo x")).toThrow(/Unresolved tag: !Foo at line 1, column 4/);
    expect(() => parseText("a: [1")).toThrow(/at line 1, column/);
    expect(() => parseText('{"a": 1,, }')).toThrow(/at line 1, column/);
  });

  test("a macro is refused: only AWS can run it", () => {
    expect(() => open("Transform: AWS::Serverless-2016-10-31\nResources: { A: { Type: T } }")).toThrow(
      "Transform isn't supported",
    );
  });
});

describe("conditions", () => {
  const sections = [
    "Parameters: { Stage: { Type: String, Default: test }, Two: { Type: String, Default: 2 } }",
    "Conditions:",
    "  IsTest: !Equals [!Ref Stage, test]",
    "  Numbers: !Equals [!Ref Two, 2]",
    "  Both: !And [!Condition IsTest, !Condition Numbers]",
    "  Neither: !Not [!Or [!Condition Both, !Equals [a, b]]]",
    "  Loop: !Not [!Condition Loop]",
  ].join("\n");

  test.each([
    ["IsTest", "yes"],
    ["Numbers", "yes"],
    ["Both", "yes"],
    ["Neither", "no"],
  ])("%s says %s", (name, expected) => {
    expect(value(`!If [${name}, yes, no]`, sections)).toBe(expected);
  });

  test("a resource whose condition doesn't hold isn't there, and can't be referred to", () => {
    const more = "  Never: { Type: AWS::IAM::Role, Condition: Neither }";
    expect(value("ok", sections, more)).toBe("ok");
    expect(value("!If [Neither, !Ref Never, other]", sections, more)).toBe("other");
    expect(() => value("!Ref Never", sections, more)).toThrow(
      "Never isn't there: its Condition doesn't hold",
    );
  });

  test("one that depends on itself, and one that isn't there, are refused", () => {
    expect(() => value("!If [Loop, 1, 2]", sections)).toThrow("condition Loop depends on itself");
    expect(() => value("!If [Nobody, 1, 2]", sections)).toThrow(
      "there is no condition 'Nobody' in Conditions",
    );
  });

  test("the CDK's own condition, of all regions by name, is worked out", () => {
    const metadata = [
      "Conditions:",
      '  CDKMetadataAvailable: { "Fn::Or": [{ "Fn::Or": [{ "Fn::Equals": [{ Ref: "AWS::Region" }, us-east-1] }] }, { "Fn::Equals": [{ Ref: "AWS::Region" }, eu-central-1] }] }',
    ].join("\n");
    expect(value("!If [CDKMetadataAvailable, 1, 2]", metadata)).toBe("1");
  });
});

describe("parameters", () => {
  const yaml = (declared: string) =>
    `Parameters: { P: { ${declared} } }\nResources: { Thing: { Type: AWS::Test::Thing, Properties: { V: !Ref P } } }`;

  test.each<[string, string, Record<string, string>, Json]>([
    ["a given value goes before the default", "Type: String, Default: a", { P: "b" }, "b"],
    ["numbers are texts", "Type: Number, Default: 7", {}, "7"],
    ["lists are split", "Type: CommaDelimitedList, Default: 'a, b'", {}, ["a", "b"]],
    [
      "an SSM parameter's value is given",
      "Type: AWS::SSM::Parameter::Value<String>, Default: /ami",
      { P: "ami-1" },
      "ami-1",
    ],
    [
      "the CDK's bootstrap version is always new enough",
      "Type: AWS::SSM::Parameter::Value<String>, Default: /cdk-bootstrap/hnb659fds/version",
      {},
      "999",
    ],
  ])("%s", (_, declared, values, expected) => {
    expect(properties(yaml(declared), values).V).toEqual(expected);
  });

  test.each<[string, string, Record<string, string>, string]>([
    ["no value", "Type: String", {}, "V: Ref: parameter P has no value: give --parameter P=VALUE"],
    [
      "an SSM parameter that nobody gave",
      "Type: AWS::SSM::Parameter::Value<String>, Default: /ami",
      {},
      "parameter P has no value",
    ],
    [
      "a value that isn't allowed",
      "Type: String, AllowedValues: [a, b]",
      { P: "c" },
      "Parameters.P: the value given is not one of AllowedValues: a, b",
    ],
    [
      "a value of another form",
      "Type: String, AllowedPattern: '[a-z]+'",
      { P: "a1" },
      "Parameters.P: the value given does not match AllowedPattern [a-z]+",
    ],
    [
      "a value that is too long",
      "Type: String, MaxLength: 2",
      { P: "abc" },
      "Parameters.P: the value given has 3 characters; 0 to 2 are allowed",
    ],
  ])("%s is refused", (_, declared, values, message) => {
    expect(() => properties(yaml(declared), values)).toThrow(message);
  });
});

describe("names and references", () => {
  const named = (type: string, given = "") =>
    open(`Resources: { Thing: { Type: ${type}, Properties: { ${given} } } }`).resources[0]?.name();

  test("names that a template doesn't give are the stack's and the logical id's, the same each time", () => {
    expect(named("AWS::CodePipeline::Pipeline")).toBe("web-Thing");
    expect(named("AWS::S3::Bucket")).toBe("web-thing");
    expect(named("AWS::CodePipeline::Pipeline", "Name: !Sub '${AWS::StackName}-x'")).toBe("web-x");
  });

  test("names that are too long end in a hash, which tells them apart", () => {
    const bucket = (id: string) =>
      open(`Resources: { ${id}: { Type: AWS::S3::Bucket } }`).resources[0]?.name() ?? "";
    const [a, b] = [bucket("A".repeat(80)), bucket(`${"A".repeat(79)}B`)];
    expect(a).toHaveLength(63);
    expect(a).not.toBe(b);
  });

  test("a name that is made of itself is refused", () => {
    const stack = open(
      "Resources: { A: { Type: AWS::S3::Bucket, Properties: { BucketName: !Ref B } }, B: { Type: AWS::S3::Bucket, Properties: { BucketName: !Ref A } } }",
    );
    expect(() => stack.resources[0]?.name()).toThrow("the name of A depends on itself");
  });

  test.each([
    ["AWS::CodePipeline::Pipeline", "!Ref X", "web-X"],
    ["AWS::CodeBuild::Project", "!GetAtt X.Arn", "arn:aws:codebuild:eu-central-1:000000000000:project/web-X"],
    ["AWS::CodeCommit::Repository", "!GetAtt X.Arn", "arn:aws:codecommit:eu-central-1:000000000000:web-X"],
    ["AWS::CodeCommit::Repository", "!GetAtt X.CloneUrlHttp", "http://127.0.0.1:4750/git/web-X.git"],
    ["AWS::S3::Bucket", "!GetAtt X.Arn", "arn:aws:s3:::web-x"],
    ["AWS::IAM::ManagedPolicy", "!Ref X", "arn:aws:iam::000000000000:policy/web-X"],
    ["AWS::SNS::Topic", "!Ref X", "arn:aws:sns:eu-central-1:000000000000:web-X"],
    ["AWS::SQS::Queue", "!GetAtt X.Arn", "arn:aws:sqs:eu-central-1:000000000000:web-X"],
    ["AWS::Events::Rule", "!GetAtt X.Arn", "arn:aws:events:eu-central-1:000000000000:rule/web-X"],
    ["AWS::Lambda::Function", "!GetAtt X.Arn", "arn:aws:lambda:eu-central-1:000000000000:function:web-X"],
    [
      "AWS::ECR::Repository",
      "!GetAtt X.RepositoryUri",
      "000000000000.dkr.ecr.eu-central-1.amazonaws.com/web-X",
    ],
  ])("%s: %s is %s", (type, yaml, expected) => {
    expect(value(yaml, "", `  X: { Type: ${type} }`)).toBe(expected);
  });

  test("ids that AWS makes up are the same each time, and others for another stack", () => {
    const key = () => value("!GetAtt X.Arn", "", "  X: { Type: AWS::KMS::Key }");
    expect(key()).toMatch(/^arn:aws:kms:eu-central-1:000000000000:key\/[0-9a-f-]{36}$/);
    expect(key()).toBe(key());
  });

  test("Ref of a repository is refused: it is an id that doesn't exist yet", () => {
    const more = "  X: { Type: AWS::CodeCommit::Repository }";
    expect(() => value("!Ref X", "", more)).toThrow("use Fn::GetAtt X.Name");
  });
});
