import type { ListRepositoriesInput, ListRepositoriesOutput } from "@aws-sdk/client-codecommit";
import type { Repository } from "../../core/repositories/index.ts";
import { onAnything } from "../aws-json/authorization.ts";
import { AwsError } from "../aws-json/error.ts";
import { operation } from "../aws-json/operation.ts";

/**
 * All repositories, by name or latest change. A page holds 1,000, which is as many as there can be: no page follows.
 *
 * @throws InvalidSortByException, InvalidOrderException, InvalidContinuationTokenException
 */
export const listRepositories = operation<ListRepositoriesInput, ListRepositoriesOutput>("ListRepositories", {
  authorization: onAnything,

  async handle({ sortBy = "repositoryName", order = "ascending", nextToken }, { core, scope }) {
    if (sortBy !== "repositoryName" && sortBy !== "lastModifiedDate") {
      throw new AwsError(
        "InvalidSortByException",
        `The sortBy value '${sortBy}' is not valid. Use repositoryName or lastModifiedDate.`,
      );
    }
    if (order !== "ascending" && order !== "descending") {
      throw new AwsError(
        "InvalidOrderException",
        `The order value '${order}' is not valid. Use ascending or descending.`,
      );
    }
    if (nextToken !== undefined) {
      throw new AwsError(
        "InvalidContinuationTokenException",
        "The nextToken is not one of this list: it has a single page. Leave nextToken out.",
      );
    }
    const sorted = (await core.repositories.list(scope)).toSorted(comparisons[sortBy]);
    if (order === "descending") sorted.reverse();
    return {
      repositories: sorted.map(({ id, name }) => ({ repositoryId: id, repositoryName: name })),
    };
  },
});

const comparisons = {
  repositoryName: (a: Repository, b: Repository) => (a.name < b.name ? -1 : 1),
  lastModifiedDate: (a: Repository, b: Repository) => a.updated - b.updated,
};
