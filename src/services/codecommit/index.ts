import {
  CreateRepository$,
  DeleteRepository$,
  GetBranch$,
  GetRepository$,
  ListRepositories$,
} from "@aws-sdk/client-codecommit";
import type { AnyOperation, Service } from "../aws-json/service.ts";
import { createRepository } from "./create-repository.ts";
import { deleteRepository } from "./delete-repository.ts";
import { getBranch } from "./get-branch.ts";
import { getRepository } from "./get-repository.ts";
import { listRepositories } from "./list-repositories.ts";

const operations = [
  createRepository,
  deleteRepository,
  getBranch,
  getRepository,
  listRepositories,
] as readonly AnyOperation[];

/** CodeCommit as far as hosted repositories need it (S6): an operation of the model that isn't here is unknown (S6.17). */
export const codeCommit: Service = {
  name: "codecommit",
  target: "CodeCommit_20150413",
  signingName: "codecommit",
  schemas: { CreateRepository$, DeleteRepository$, GetBranch$, GetRepository$, ListRepositories$ },
  // A missing member is told by the operation, in an error of its own (RepositoryNameRequiredException).
  constraints: {
    shapes: Object.fromEntries(operations.map(({ name }) => [`${name}Input`, { type: "any" }])),
  },
  permission: (operation) => `codecommit:${operation}`,
  operations,
};
