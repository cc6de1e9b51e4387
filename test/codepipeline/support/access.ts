import { createAccess } from "../../../src/core/access/index.ts";
import { SCOPE } from "./checking.ts";

/** The real access room, with a key of its own. */
export const access = createAccess({
  ambient: {
    now: Date.now,
    newId: () => crypto.randomUUID(),
    randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
  },
  account: SCOPE.account,
  root: { accessKeyId: "AKIATEST", secretAccessKey: "secret" },
  secret: new Uint8Array(32),
  allowAnyCredentials: false,
  jobIsOpen: async () => true,
});
