import type { S3Operation } from "../operation.ts";
import { reading } from "../reading.ts";

export const headObject: S3Operation = {
  name: "HeadObject",
  method: "HEAD",
  about: "object",
  needs: "read",
  async handle(call) {
    return (await reading(call)).answer;
  },
};
