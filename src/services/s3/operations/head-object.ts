import type { S3Operation } from "../operation.ts";
import { reading } from "../reading.ts";

export const headObject: S3Operation = {
  name: "HeadObject",
  method: "HEAD",
  about: "object",
  permission: "s3:GetObject",
  permissionOfVersion: "s3:GetObjectVersion",
  needs: "read",
  async handle(call) {
    return (await reading(call)).answer;
  },
};
