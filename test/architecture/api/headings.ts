/**
 * The headings of api.md, the specification of the API's behaviour: each is named by a test, `(api.md §2.3)` in a test's or
 * describe's name. Sections that stand under an operation's name have no number: `(api.md PutWebhook)`.
 */

/** By number. */
export const SECTIONS: Readonly<Record<string, string>> = {
  "1.1": "Request",
  "1.2": "Response",
  "1.3": "Errors",
  "1.4": "Validation errors",
  "1.5": "Retries and idempotency",
  "2.1": "ARNs",
  "2.2": "Ids",
  "2.3": "Times",
  "2.4": "Scope",
  "3": "Paging",
  "4": "The pipeline declaration: what comes back",
  "4.1": "pipelineType",
  "4.2": "Default trigger",
  "4.3": "Versions and running executions",
  "4.4": "Artifact stores",
  "5": "Structure checks",
  "5.1": "InvalidStructureException",
  "5.2": "InvalidStageDeclarationException",
  "5.3": "InvalidActionDeclarationException",
  "5.4": "ValidationException with its own words",
  "6": "Secrets in configurations",
  "7": "Tags",
  "8": "Quotas",
  "9": "Authorisation",
  "9.1": "Actions and resources",
  "9.2": "Condition keys",
  "9.3": "Denial",
  "10": "Pipelines",
  "11": "Executions",
  "12": "Stage transitions",
  "13": "Approvals and revisions from outside",
  "13.1": "PutApprovalResult",
  "13.2": "PutActionRevision",
  "14": "Action types and rule types",
  "15": "Jobs of custom actions",
  "16": "Jobs of third-party actions",
  "17": "Webhooks",
  "18": "Tag operations",
  "19": "What real clients depend on",
  "19.1": "Numbers to test against",
  "19.2": "Open points",
};

/** Of operations, and what stands beside them. */
export const UNNUMBERED: readonly string[] = [
  "GetPipelineExecution",
  "GetPipelineState",
  "PutWebhook",
  "ListWebhooks",
  "DeleteWebhook",
  "RegisterWebhookWithThirdParty",
  "DeregisterWebhookWithThirdParty",
  "Deliveries",
];
