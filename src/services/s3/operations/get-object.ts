import type { S3Operation } from "../operation.ts";
import { reading } from "../reading.ts";

export const getObject: S3Operation = {
  name: "GetObject",
  method: "GET",
  about: "object",
  permission: "s3:GetObject",
  permissionOfVersion: "s3:GetObjectVersion",
  needs: "read",
  async handle(call) {
    for (;;) {
      const { object, answer, range } = await reading(call);
      if (range === "none") return answer;
      const body = await call.store.objects.open(object, range);
      // Replaced or deleted between the look and the opening: then what is there now is the answer.
      if (body !== undefined) return { ...answer, body };
    }
  },
};
