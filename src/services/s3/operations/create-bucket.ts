import { bucketNameProblem } from "../../../core/artifacts/index.ts";
import { refuseUnsupported } from "../attributes.ts";
import { S3Error } from "../error.ts";
import type { S3Operation } from "../operation.ts";
import type { XmlNode } from "../xml/node.ts";

/**
 * Creates a bucket in the region that the request names, else in the signature's. Creating one's own bucket again is a
 * success in us-east-1 and an error elsewhere, as on AWS.
 *
 * @throws S3Error InvalidBucketName, BucketAlreadyExists, BucketAlreadyOwnedByYou, InvalidLocationConstraint
 */
export const createBucket: S3Operation = {
  name: "CreateBucket",
  method: "PUT",
  about: "new bucket",
  permission: "s3:CreateBucket",
  async handle({ store, scope, name, headers, body }) {
    const problem = bucketNameProblem(name);
    if (problem !== undefined) {
      throw new S3Error("InvalidBucketName", `The specified bucket is not valid: ${problem}.`, {
        details: { BucketName: name },
      });
    }
    refuseUnsupported(headers);
    if (headers.get("x-amz-bucket-object-lock-enabled")?.toLowerCase() === "true") {
      throw new S3Error("NotImplemented", "Object lock is not implemented.");
    }
    const region = regionOf(await body.optionalXml("CreateBucketConfiguration")) ?? scope.region;
    const outcome = await store.buckets.create({ name, account: scope.account, region });
    const details = { BucketName: name };
    if (outcome === "taken") {
      throw new S3Error(
        "BucketAlreadyExists",
        "The requested bucket name is not available. The bucket namespace is shared by all accounts of this server. Please select a different name and try again.",
        { details },
      );
    }
    if (outcome === "owned" && region !== "us-east-1") {
      throw new S3Error(
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
        { details },
      );
    }
    return { status: 200, headers: { location: `/${name}` } };
  },
};

function regionOf(configuration: XmlNode | undefined): string | undefined {
  const region = configuration?.text("LocationConstraint");
  if (region === undefined || region === "") return undefined;
  if (region === "EU") return "eu-west-1";
  if (!/^[a-z]{2,3}(-[a-z]+)+-\d{1,2}$/.test(region)) {
    throw new S3Error(
      "InvalidLocationConstraint",
      `The specified location-constraint is not valid: '${region}' is not a region such as eu-central-1.`,
    );
  }
  return region;
}
