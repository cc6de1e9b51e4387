/** Source types that are known, and not to be had in this version. */
import type { ActionTypeDeclaration } from "../provider.ts";
import { declare, exactly, NOT_IN_THIS_VERSION, optional, required } from "./declare.ts";

export const declaredSources: readonly ActionTypeDeclaration[] = [
  declare({
    category: "Source",
    provider: "ECR",
    tier: 2,
    outputs: exactly(1),
    properties: [...required("RepositoryName"), ...optional("ImageTag")],
    outputVariables: ["ImageDigest", "ImageTag", "ImageURI", "RegistryId", "RepositoryName"],
    needs: [NOT_IN_THIS_VERSION],
  }),
];
