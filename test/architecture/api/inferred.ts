/**
 * What api.md says without evidence, marked (inferred) there, and the names of the tests that keep it so here, without
 * their mark. Whoever finds evidence against one of these changes the statement, the test and this list.
 */
export const INFERRED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "§1.1": {
    "an empty body is {}": ["an empty body is {}"],
    "a member that is null counts as absent": ["a null member is absent"],
    "times may be given as ISO 8601": ["times may be given as ISO 8601"],
    "a null element of a list must not be": ["a null element of a list, and nothing below it"],
  },
  "§1.3": {
    "what has no target, another path or method is never answered in JSON": [
      "without target, by another method or path, no answer is JSON",
    ],
  },
  "§1.4": {
    "keys of maps are told at the map's path": ["the key of a map"],
    "below a map the path names key and member": ["inside a structure that is a map's value"],
    "scalars inside a list are told at the list's path": ["a scalar inside a list, told at the list"],
    "several are told in the order of the model, depth first": [
      "the two errors of api.md §1.4, in the model's order",
      "one answer lists every violated constraint, in the order of the model",
    ],
    "signature, JSON, constraints, authorisation, semantic checks": [
      "the signature is checked before the body, the body before its limits",
      "limits are checked before rights, and rights before the operation",
    ],
  },
  "§2.4": { "a job of another account doesn't exist": ["a job of another account doesn't exist"] },
  "§3": {
    "rule executions are listed by start, the newest first": [
      "E9.5 each time a rule is asked is a row, the newest first; Latest tells the newest of each rule",
    ],
    "targets of deployments are listed by start, then id; there are none here": [
      "answers an empty list for an action without targets, as all are here, with or without the pipeline and a filter",
    ],
    "webhooks are listed by name": [
      "§8 makes no more than 300 in an account and region; lists them by name, a hundred a page",
    ],
    "action types come a hundred a page": [
      "ListActionTypes answers a hundred a page; Terraform's walk over its own finds every one",
    ],
    "rule types are listed by provider": [
      "E9.15 shows the six types of AWS by provider, configured here or not, with keys and counts",
    ],
    "what is older than 12 months isn't there": [
      "older executions and their actions are not listed, and not found",
    ],
  },
  "§4.1": { "an update without a type keeps the present one": ["keeps an omitted pipelineType"] },
  "§4.2": {
    "the default trigger is a push to the action's branch": [
      "is every push to the branch of a connection's source",
    ],
  },
  "§5": {
    "order of the checks": [
      "constraints, name, stores, stages, each action, variables, triggers, bucket",
      "an update looks for its pipeline after the constraints, before the rest",
    ],
  },
  "§5.2": {
    "results have their places": ["refuses %s", "refuses ROLLBACK in the first stage"],
    "blockers are reserved": ["refuses blockers, which are reserved"],
  },
  "§5.3": {
    "action names are unique in their stage": ["action names are unique in their stage"],
    "too many artifacts are told like too few": ["too many"],
    "the members of Commands are its own": [
      "other types don't take %s",
      "Deploy/EKS takes environmentVariables",
    ],
  },
  "§5.4": {
    "a store too few is a ValidationException": [
      "one store can't serve actions of several regions",
      "region %s needs one",
    ],
  },
  "§6": {
    "AWS keeps asterisks as a webhook's secret; Millrace keeps the stored one": [
      "keeps the secret when it is given as asterisks",
    ],
  },
  "§7": {
    "an organisation's tag policy is no error of its own; there are none here": [
      "have no error of their own for an organisation's policy",
    ],
    "PutWebhook merges tags": ["merges tags that are given for a webhook that is there"],
  },
  "§8": {
    "a PARALLEL pipeline has 50 executions at most": ["50 executions of a PARALLEL pipeline"],
  },
  "§9.1": { "GetActionType is about the action type": ["GetActionType is about the action type"] },
  "§9.3": { "authorisation precedes existence": ["authorisation precedes existence"] },
  Operations: {
    "words about an unknown execution": ["refuses an unknown execution in words of the others' style"],
  },
  UpdatePipeline: {
    "a stage's history follows its name": [
      "shows what a stage ran last under its name still, wherever it stands now",
    ],
  },
  StartPipelineExecution: {
    "an override is given once": ["refuses the same type twice for one action"],
    "the trigger of PutActionRevision names its caller": ["is told as the trigger, with its caller"],
    "the trigger of WebhookV2 is JSON about the event": [
      "has its members in one order, and only those that are known",
    ],
    "the trigger of AutomatedRollback is JSON with the failed execution": [
      "ROLLBACK brings back what was in force, and its trigger names the failed execution",
    ],
  },
  ListPipelineExecutions: {
    "nothing succeeded in an unknown stage": ["finds nothing for a stage that isn't there"],
  },
  GetPipelineState: {
    "an enabled transition keeps author and time, not the reason": [
      "shows who enabled a transition again, and when, without the reason",
    ],
  },
  RetryStageExecution: {
    "an unknown execution isn't retryable": [
      "refuses an execution that isn't there like one with nothing to retry",
    ],
  },
  RollbackStage: { "V1 is a ValidationException": ["E8.3 refuses V1 pipelines"] },
  "§12": {
    "the first stage's inbound transition holds back": [
      "E2.8 inbound of the first stage holds new executions",
    ],
  },
  "§13.2": {
    "of a known revision the latest execution that used it is told": [
      "knows the revisions that source actions delivered; the latest execution that used one is answered",
    ],
    "only sources have revisions": ["refuses an action that isn't a source's"],
  },
  CreateCustomActionType: {
    "the same definition restores or succeeds, another is refused": [
      "takes the same definition again, and refuses another one, in use or deleted",
    ],
    "broken definitions are ValidationExceptions": ["refuses %s, as a ValidationException"],
    "a property's name is given once": ["refuses a property's name given twice"],
  },
  DeleteCustomActionType: {
    "jobs that were handed out report": [
      "E11.8 lets jobs in workers' hands report; what is queued waits for the type to be restored",
    ],
    "deleting what isn't there succeeds": ["succeeds for what isn't there"],
  },
  ListActionTypes: { "an unknown region is refused": ["refuses a region that there is none of"] },
  GetActionType: {
    "only the provider's and the allowed accounts see it": [
      "shows a type to its partner and the allowed accounts only; the server's own are no integrations",
    ],
  },
  PollForJobs: {
    "one job by default": ["hands out one unless asked for more"],
    "other owners are ActionTypeNotFound": ["refuses other owners"],
    "queryParam is what the type asks for": [
      "wants exactly the queryable property's key in queryParam, and none where there is none",
    ],
  },
  AcknowledgeJob: {
    "the status tells how an ended job ended": ["tells how a job ended that has ended meanwhile"],
  },
  PutJobSuccessResult: {
    "a job that timed out has terminated": [
      "leave a job whose result is refused as of one that has terminated",
    ],
  },
  "§16": {
    "asking again keeps the nonce": [
      "keeps the nonce and renews the credentials when it is asked for the details again",
    ],
  },
  "§17": {
    "replacing a webhook clears its error": [
      "replaces the definition by name; URL, ARN, tags and lastTriggered stay, errors go",
    ],
    "the target is an action of the first stage": ["an action of another stage"],
    "without matchEquals the path must exist": ["S2.10: without matchEquals the path must lead to a value"],
    "without filters every delivery starts": ["S2.1: all filters must be met, and none is met always"],
    "only webhooks of GitHub's actions are registered": ["S3.10 a target that isn't GitHub's"],
    "GitHub's refusal is a ValidationException, and stays on the webhook": [
      "%s: the caller and the webhook are told, and nothing is registered",
    ],
    "webhookName is required": ["no name"],
  },
  "§19.2": {
    "a pipeline without pipelineType is V2": ["is V2 without a type"],
    "UpdatePipeline of an unknown name is ResourceNotFoundException": ["refuses an unknown name"],
    "a job that isn't acknowledged comes again": [
      "E3.10: a job that nobody acknowledged comes again with another nonce; the first one is dead",
    ],
    "texts of most errors of stages, tags and ARNs": [
      "refuses a stage of %i actions",
      "have unique keys, case counting",
      "of nothing that carries tags here are refused: %s",
    ],
    "a PARALLEL pipeline has 50 executions at most": ["50 executions of a PARALLEL pipeline"],
    "order of ListWebhooks, ListActionTypes and ListRuleTypes": [
      "§8 makes no more than 300 in an account and region; lists them by name, a hundred a page",
      "all owners' types are walked in one order, AWS's first",
      "E9.15 shows the six types of AWS by provider, configured here or not, with keys and counts",
    ],
    "status of a registration that fails": [
      "%s: the caller and the webhook are told, and nothing is registered",
    ],
    "asterisks keep a webhook's secret": ["keeps the secret when it is given as asterisks"],
  },
};
