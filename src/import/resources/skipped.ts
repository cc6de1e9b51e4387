/** Why resources of a type aren't made. */

/** The longest prefix counts. */
const REASONS: Readonly<Record<string, string>> = {
  "AWS::CDK::Metadata": "tells AWS which constructs were used",
  "AWS::CloudFormation::CustomResource": "runs code of its own on AWS",
  "AWS::CloudFormation::Stack": "is a nested stack: import its template by itself",
  "AWS::CodeConnections::": "repository links belong to CloudFormation's git sync, which isn't here",
  "AWS::CodeStarConnections::": "repository links belong to CloudFormation's git sync, which isn't here",
  "AWS::CodeStarNotifications::": "notification rules have no place here",
  "AWS::Events::Rule":
    "pushes and new objects start pipelines by themselves; other events and schedules don't yet",
  "AWS::IAM::": "roles and policies decide nothing here: who may do what is said by the server's own users",
  "AWS::KMS::": "objects of the built-in store aren't encrypted by keys of KMS",
  "AWS::Lambda::":
    "functions aren't run here; functions.<name> and endpoint.lambda say where they are invoked",
  "AWS::Logs::": "logs are kept by the server itself",
  "AWS::S3::BucketPolicy": "buckets belong to their account; there are no bucket policies",
  "AWS::SecretsManager::": "secrets are set by `millrace secret set`",
  "AWS::SNS::": "topics aren't kept; a notify.<topic ARN> setting says where notifications go",
  "AWS::SSM::": "parameters are set by `millrace secret set`",
  "Custom::": "runs code of its own on AWS",
};

export function reasonToSkip(type: string): string {
  const known = Object.keys(REASONS)
    .filter((prefix) => type.startsWith(prefix))
    .sort((a, b) => b.length - a.length);
  return REASONS[known[0] ?? ""] ?? "there are no such resources here";
}
